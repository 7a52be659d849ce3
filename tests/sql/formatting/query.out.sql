-- daily revenue
WITH a AS (
    SELECT
        order_id,
        customer_id,
        total
    FROM sales.orders o
    WHERE o.dt = '2024-01-01'
      AND o.status IN ('paid', 'sent')
      OR total BETWEEN 1 AND 2
      AND x IS DISTINCT FROM y
),
b AS (
    SELECT 1 AS one
)
SELECT DISTINCT
    a.customer_id,
    c.name,
    sum(total) AS revenue, -- in euro
    count(*) FILTER (WHERE total>10) OVER (PARTITION BY c.country ORDER BY total) n,
    LEFT(c.name, 3),
    CASE WHEN total > 1 THEN 'x' ELSE 'y' END AS kind
FROM a
LEFT OUTER JOIN customers c ON a.customer_id = c.customer_id
  AND c.country <> 'XX'
CROSS JOIN UNNEST(items) AS t(sku, qty)
/* only good ones */
WHERE EXISTS (
    SELECT 1
    FROM returns r
    WHERE r.order_id = a.order_id
)
GROUP BY 1, 2
HAVING sum(total)>100
ORDER BY revenue DESC
LIMIT 10;

SELECT 1 ;
\d orders
SELECT 'a''b', "c d" FROM `x`;
