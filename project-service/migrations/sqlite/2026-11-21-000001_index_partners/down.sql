DROP INDEX data_sources_partner;
