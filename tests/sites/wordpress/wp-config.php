<?php
// The configuration of a site under test: everything that differs between tests comes from the environment.
define('DB_NAME', getenv('SITE_DATABASE'));
define('DB_USER', getenv('SITE_DATABASE_USER'));
define('DB_PASSWORD', getenv('SITE_DATABASE_PASSWORD'));
define('DB_HOST', getenv('SITE_DATABASE_HOST'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $what) {
    define($what . '_KEY', hash('sha256', 'key of ' . $what));
    define($what . '_SALT', hash('sha256', 'salt of ' . $what));
}
// Nothing outside this machine is asked for anything.
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
// Application passwords work without TLS on such a site alone.
define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HOME', 'http://' . getenv('SITE_HOST'));
define('WP_SITEURL', 'http://' . getenv('SITE_HOST'));
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
