-- Facts about this database itself: one row a name.
CREATE TABLE database_fact (
    name {text} NOT NULL PRIMARY KEY,
    value {text} NOT NULL
) {strict};
