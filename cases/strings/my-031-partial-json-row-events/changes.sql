SET SESSION binlog_row_value_options='PARTIAL_JSON'; UPDATE t SET j=JSON_SET(j,'$.a',2,'$.b[1]',99) WHERE id=1; UPDATE t SET j=JSON_REMOVE(j,'$.c') WHERE id=1;
