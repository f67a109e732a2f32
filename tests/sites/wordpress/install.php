<?php
// Installs a site, as the form of its installer would.
define('WP_INSTALLING', true);
require __DIR__ . '/start.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('A site', 'keeper', 'keeper@site.example', true, '', 'of the keeper');
update_option('permalink_structure', '/%postname%/');
