create external table if not exists logs (ip string comment 'address', `timestamp` bigint, tags array<string>, s struct<a:int,b:string>) partitioned by (day string) row format serde 'org.openx.data.jsonserde.JsonSerDe' stored as parquet location 's3://bucket/logs/' tblproperties ('a'='b', 'c'='d');
insert into t (a, b) select a, b from u where a in (select x from v) union all select 1, 2;
merge into t using s on t.id=s.id when matched then update set a=s.a when not matched then insert (id, a) values (s.id, s.a);
