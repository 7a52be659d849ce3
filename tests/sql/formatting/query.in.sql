-- daily revenue
with a as (select order_id, customer_id, total from sales.orders o where o.dt='2024-01-01' and o.status in ('paid','sent') or total between 1 and 2 and x is distinct from y), b as (select 1 as one)
select distinct a.customer_id, c.name, sum(total) as revenue, -- in euro
  count(*) filter (where total>10) over (partition by c.country order by total) n, left(c.name, 3), case when total > 1 then 'x' else 'y' end as kind
from a left outer join customers c on a.customer_id=c.customer_id and c.country <> 'XX' cross join unnest(items) as t(sku, qty)
/* only good ones */
where exists (select 1 from returns r where r.order_id=a.order_id) group by 1,2 having sum(total)>100 order by revenue desc limit 10;

select  1 ;
\d orders
select 'a''b'   ,"c d" from `x`;
