SELECT `a``b`,`x.y`,`space col`,`back\slash`,`1` FROM `select`;
