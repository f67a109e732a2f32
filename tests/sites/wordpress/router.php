<?php
// Files are served as they are; every other path is WordPress' own to answer, as a web server's rewriting would have it.
$folder = getenv('SITE_FOLDER');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file($folder . $path)) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
require $folder . '/index.php';
