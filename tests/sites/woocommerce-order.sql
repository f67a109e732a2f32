-- One order with what a shop writes around it. A visitor's account is number 0.
set @id = (select coalesce(max(id), 9000) + 1 from wp_wc_orders);
insert into wp_wc_orders (id, status, currency, type, total_amount, customer_id, billing_email, date_created_gmt,
    payment_method, payment_method_title, transaction_id, ip_address, user_agent, customer_note)
    values (@id, 'wc-completed', 'CHF', 'shop_order', 199, {user_id}, '{email}', now(),
        'card', 'Card', concat('tx-', @id), '203.0.113.77', 'Browser', 'Please ring twice for {name}');
insert into wp_wc_order_addresses (order_id, address_type, first_name, last_name, address_1, city, postcode, country, email, phone)
    values (@id, 'billing', '{name}', '', 'Analytical Lane 1', 'Zurich', '8001', 'CH', '{email}', '+41 44 668 18 00'),
        (@id, 'shipping', '{name}', '', 'Analytical Lane 1', 'Zurich', '8001', 'CH', null, null);
insert into wp_wc_orders_meta (order_id, meta_key, meta_value) values (@id, '_billing_address_index', '{name} Analytical Lane 1 {email}');
insert into wp_woocommerce_order_items (order_item_name, order_item_type, order_id) values ('A plugin', 'line_item', @id);
insert ignore into wp_wc_customer_lookup (user_id, username, first_name, last_name, email, country, postcode, city)
    values (nullif({user_id}, 0), '', '{name}', '', '{email}', 'CH', '8001', 'Zurich');
insert into wp_wc_order_stats (order_id, num_items_sold, total_sales, net_total, status, customer_id)
    select @id, 1, 199, 199, 'wc-completed', max(customer_id) from wp_wc_customer_lookup where email = '{email}';
insert ignore into wp_woocommerce_sessions (session_key, session_value, session_expiry)
    select '{user_id}', 'a:1:{s:8:"customer";s:9:"{email}";}', 1900000000 where {user_id} > 0;
insert into wp_woocommerce_downloadable_product_permissions (download_id, product_id, order_id, order_key, user_email, user_id)
    values ('d', 1, @id, 'wc_order_x', '{email}', {user_id});
