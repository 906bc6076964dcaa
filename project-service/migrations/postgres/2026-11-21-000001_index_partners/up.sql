-- Deleting a data source looks for those that name it as their partner.
CREATE INDEX data_sources_partner ON data_sources (partner_id);
