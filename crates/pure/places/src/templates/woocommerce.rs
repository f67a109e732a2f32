//! WooCommerce's own tables beside those of WordPress, from its documented schema (orders in tables of their own, version 8
//! and later).
//!
//! Orders stay, without the customer, as the shop's own eraser has it: what tax law wants kept beyond that, a manifest
//! declares with `on erasure keep` and its ground. The country stays for the tax that was paid there.

use super::sketch::{End, Sketch, TABLE, Whose, given, noted};

pub(super) const TABLES: &[Sketch] = &[
    Sketch {
        table: "wc_orders",
        owned: &[Whose::Of("users", "customer_id"), Whose::Address("billing_email")],
        columns: &[
            given("billing_email"),
            noted("ip_address"),
            noted("user_agent"),
            given("customer_note"),
            noted("transaction_id"),
        ],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch {
        table: "wc_order_addresses",
        owned: &[Whose::Of("wc_orders", "order_id")],
        columns: &[
            given("first_name"),
            given("last_name"),
            given("company"),
            given("address_1"),
            given("address_2"),
            given("city"),
            given("state"),
            given("postcode"),
            given("email"),
            given("phone"),
        ],
        end: End::DeIdentify,
        ..TABLE
    },
    // Copies of the addresses for the shop's own search, and what payment services call the payer.
    Sketch {
        table: "wc_orders_meta",
        only: Some((
            "meta_key",
            &[
                "_billing_address_index",
                "_shipping_address_index",
                "Payer first name",
                "Payer last name",
                "Payer PayPal address",
                "Transaction ID",
                "_stripe_customer_id",
                "_stripe_source_id",
            ],
        )),
        owned: &[Whose::Of("wc_orders", "order_id")],
        columns: &[noted("meta_value")],
        ..TABLE
    },
    // Reports count by it, so the row stays.
    Sketch {
        table: "wc_customer_lookup",
        key: &["customer_id"],
        owned: &[Whose::Of("users", "user_id"), Whose::Address("email")],
        columns: &[
            given("username"),
            given("first_name"),
            given("last_name"),
            given("email"),
            given("postcode"),
            given("city"),
            given("state"),
        ],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch {
        table: "woocommerce_payment_tokens",
        key: &["token_id"],
        owned: &[Whose::Of("users", "user_id")],
        columns: &[noted("token")],
        ..TABLE
    },
    Sketch {
        table: "woocommerce_payment_tokenmeta",
        key: &["meta_id"],
        owned: &[Whose::Of("woocommerce_payment_tokens", "payment_token_id")],
        columns: &[noted("meta_value")],
        ..TABLE
    },
    Sketch {
        table: "woocommerce_downloadable_product_permissions",
        key: &["permission_id"],
        owned: &[Whose::Of("users", "user_id"), Whose::Address("user_email")],
        columns: &[given("user_email")],
        ..TABLE
    },
    Sketch {
        table: "wc_download_log",
        key: &["download_log_id"],
        owned: &[Whose::Of("users", "user_id")],
        columns: &[noted("user_ip_address")],
        end: End::DeIdentify,
        ..TABLE
    },
    // The carts of those who have an account; others have a key that says nothing of them.
    Sketch {
        table: "woocommerce_sessions",
        key: &["session_id"],
        owned: &[Whose::Of("users", "session_key")],
        columns: &[noted("session_value")],
        ..TABLE
    },
    Sketch {
        table: "woocommerce_api_keys",
        key: &["key_id"],
        owned: &[Whose::Of("users", "user_id")],
        columns: &[noted("consumer_key"), noted("consumer_secret"), given("description")],
        ..TABLE
    },
];
