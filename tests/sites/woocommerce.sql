-- The tables in which WooCommerce keeps orders and customers, written from its documented schema (high-performance order
-- storage, version 8 and later). They are no copy of a live shop.
create table if not exists wp_wc_orders (
    id bigint(20) unsigned not null,
    status varchar(20) null,
    currency varchar(10) null,
    type varchar(20) null,
    tax_amount decimal(26,8) null,
    total_amount decimal(26,8) null,
    customer_id bigint(20) unsigned null,
    billing_email varchar(320) null,
    date_created_gmt datetime null,
    date_updated_gmt datetime null,
    parent_order_id bigint(20) unsigned null,
    payment_method varchar(100) null,
    payment_method_title text null,
    transaction_id varchar(100) null,
    ip_address varchar(100) null,
    user_agent text null,
    customer_note text null,
    primary key (id),
    key customer_id_billing_email (customer_id, billing_email(171)),
    key billing_email (billing_email(191))
) engine=InnoDB default charset=utf8mb4;
create table if not exists wp_wc_order_addresses (
    id bigint(20) unsigned not null auto_increment,
    order_id bigint(20) unsigned not null,
    address_type varchar(20) null,
    first_name text null,
    last_name text null,
    company text null,
    address_1 text null,
    address_2 text null,
    city text null,
    state text null,
    postcode text null,
    country text null,
    email varchar(320) null,
    phone varchar(100) null,
    primary key (id),
    unique key address_type_order_id (address_type, order_id),
    key order_id (order_id),
    key email (email(191))
) engine=InnoDB default charset=utf8mb4;
create table if not exists wp_wc_orders_meta (
    id bigint(20) unsigned not null auto_increment,
    order_id bigint(20) unsigned null,
    meta_key varchar(255) null,
    meta_value text null,
    primary key (id),
    key order_id_meta_key_meta_value (order_id, meta_key(100), meta_value(82))
) engine=InnoDB default charset=utf8mb4;
create table if not exists wp_wc_order_stats (
    order_id bigint(20) unsigned not null,
    parent_id bigint(20) unsigned not null default 0,
    date_created datetime not null default '0000-00-00 00:00:00',
    num_items_sold int(11) not null default 0,
    total_sales double not null default 0,
    net_total double not null default 0,
    returning_customer tinyint(1) default null,
    status varchar(200) not null,
    customer_id bigint(20) unsigned not null,
    primary key (order_id)
) engine=InnoDB default charset=utf8mb4;
create table if not exists wp_woocommerce_order_items (
    order_item_id bigint(20) unsigned not null auto_increment,
    order_item_name text not null,
    order_item_type varchar(200) not null default '',
    order_id bigint(20) unsigned not null,
    primary key (order_item_id),
    key order_id (order_id)
) engine=InnoDB default charset=utf8mb4;
create table if not exists wp_wc_customer_lookup (
    customer_id bigint(20) unsigned not null auto_increment,
    user_id bigint(20) unsigned default null,
    username varchar(60) not null default '',
    first_name varchar(255) not null,
    last_name varchar(255) not null,
    email varchar(100) null default null,
    date_last_active timestamp null default null,
    date_registered timestamp null default null,
    country char(2) not null default '',
    postcode varchar(20) not null default '',
    city varchar(100) not null default '',
    state varchar(100) not null default '',
    primary key (customer_id),
    unique key user_id (user_id),
    key email (email)
) engine=InnoDB default charset=utf8mb4;
create table if not exists wp_woocommerce_sessions (
    session_id bigint(20) unsigned not null auto_increment,
    session_key char(32) not null,
    session_value longtext not null,
    session_expiry bigint(20) unsigned not null,
    primary key (session_id),
    unique key session_key (session_key)
) engine=InnoDB default charset=utf8mb4;
create table if not exists wp_woocommerce_payment_tokens (
    token_id bigint(20) unsigned not null auto_increment,
    gateway_id varchar(200) not null,
    token text not null,
    user_id bigint(20) unsigned not null default 0,
    type varchar(200) not null,
    is_default tinyint(1) not null default 0,
    primary key (token_id),
    key user_id (user_id)
) engine=InnoDB default charset=utf8mb4;
create table if not exists wp_woocommerce_downloadable_product_permissions (
    permission_id bigint(20) unsigned not null auto_increment,
    download_id varchar(36) not null,
    product_id bigint(20) unsigned not null,
    order_id bigint(20) unsigned not null default 0,
    order_key varchar(200) not null,
    user_email varchar(200) not null,
    user_id bigint(20) unsigned null,
    downloads_remaining varchar(9) null,
    access_granted datetime not null default '0000-00-00 00:00:00',
    access_expires datetime null default null,
    download_count bigint(20) unsigned not null default 0,
    primary key (permission_id)
) engine=InnoDB default charset=utf8mb4;
