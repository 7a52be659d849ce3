INSERT INTO "result" ("id", "name", "price", "ratio", "paid", "note", "doc", "tags", "名前") VALUES
(1, 'plain', DECIMAL '1.10', 1.0E10, true, '', JSON '{"a": 1}', '[a, b]', '漢字'),
(-20, 'say "hi", ok', DECIMAL '0.00', CAST('NaN' AS double), false, NULL, JSON '[1,
 2]', '[]', 'é'),
(300, 'tab	here', DECIMAL '-1234567.80', CAST('-Infinity' AS double), NULL, 'a
b', NULL, NULL, 'é'),
(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
(9223372036854775807, '=1+1', DECIMAL '12345.00', 0.1, true, 'NULL', JSON 'nope', '[x]', '🙂'),
(5, 'back\slash|pipe', DECIMAL '0.01', 1e-7, true, 'None', JSON '"s"', '[{a=1}]', '한국'),
(6, '<b>&amp;</b> _it_ 50% $x#', DECIMAL '6.00', 2.5, false, '''', JSON 'true', '{}', '👍'),
(7, '[31mred[0m ‮right', DECIMAL '7.00', 7.0, true, '', JSON '7', '[7]', 'ｆ');
