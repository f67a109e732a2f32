<?php
// Starts WordPress outside a web server.
$_SERVER['HTTP_HOST'] = getenv('SITE_HOST');
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REMOTE_ADDR'] = '203.0.113.77';
require getenv('SITE_FOLDER') . '/wp-load.php';
