DROP INDEX data_sources_partner ON data_sources;
