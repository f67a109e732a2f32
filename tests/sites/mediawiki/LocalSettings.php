<?php
// The configuration of a wiki under test: everything that differs between tests comes from the environment.
if (!defined('MEDIAWIKI')) {
    exit;
}
require_once "$IP/includes/PlatformSettings.php";
$wgSitename = 'A wiki';
$wgScriptPath = '';
$wgServer = 'http://' . getenv('SITE_HOST');
$wgResourceBasePath = '';
$wgDBtype = 'mysql';
$wgDBserver = getenv('SITE_DATABASE_HOST');
$wgDBname = getenv('SITE_DATABASE');
$wgDBuser = getenv('SITE_DATABASE_USER');
$wgDBpassword = getenv('SITE_DATABASE_PASSWORD');
$wgDBTableOptions = 'ENGINE=InnoDB, DEFAULT CHARSET=binary';
$wgMainCacheType = CACHE_NONE;
$wgEnableEmail = false;
$wgPingback = false;
$wgLanguageCode = 'en';
$wgSecretKey = hash('sha256', 'a wiki under test');
// A page shows what the database says now.
$wgParserCacheType = CACHE_NONE;
$wgCachePages = false;
$wgLocalisationCacheConf['store'] = 'array';
$wgRunJobsAsync = false;
wfLoadSkin('Vector');
