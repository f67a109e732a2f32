-- Drupal 10's core tables that hold personal data, written from its documented schema: no registry here ships Drupal, so this
-- is no copy of a live site. One account (number 7) in two languages, and one that nobody asks about (number 8).
create table users (uid int unsigned not null auto_increment, uuid varchar(128) not null, langcode varchar(12) not null,
    primary key (uid), unique key (uuid)) engine=InnoDB default charset=utf8mb4;
create table users_field_data (uid int unsigned not null, langcode varchar(12) not null, preferred_langcode varchar(12),
    preferred_admin_langcode varchar(12), name varchar(60) not null, pass varchar(255), mail varchar(254), timezone varchar(32),
    status tinyint, created int not null, changed int, access int not null, login int, init varchar(254),
    default_langcode tinyint not null, primary key (uid, langcode), unique key user__name (name, langcode),
    key user_field__mail (mail(191))) engine=InnoDB default charset=utf8mb4;
create table user__roles (bundle varchar(128) not null default '', deleted tinyint not null default 0,
    entity_id int unsigned not null, revision_id int unsigned not null, langcode varchar(32) not null default '',
    delta int unsigned not null, roles_target_id varchar(255) not null,
    primary key (entity_id, deleted, delta, langcode)) engine=InnoDB default charset=utf8mb4;
create table user__user_picture (bundle varchar(128) not null default '', deleted tinyint not null default 0,
    entity_id int unsigned not null, revision_id int unsigned not null, langcode varchar(32) not null default '',
    delta int unsigned not null, user_picture_target_id int unsigned not null, user_picture_alt varchar(512),
    user_picture_title varchar(1024), user_picture_width int unsigned, user_picture_height int unsigned,
    primary key (entity_id, deleted, delta, langcode)) engine=InnoDB default charset=utf8mb4;
create table users_data (uid int unsigned not null default 0, module varchar(50) not null default '',
    name varchar(128) not null default '', value longblob, serialized tinyint unsigned default 0,
    primary key (uid, module, name)) engine=InnoDB default charset=utf8mb4;
create table sessions (uid int unsigned not null, sid varchar(128) not null, hostname varchar(128) not null default '',
    timestamp int not null default 0, session longblob, primary key (sid)) engine=InnoDB default charset=utf8mb4;
create table comment_field_data (cid int unsigned not null auto_increment, comment_type varchar(32) not null,
    langcode varchar(12) not null, status tinyint not null, uid int unsigned not null, pid int unsigned, entity_id int unsigned,
    subject varchar(64), name varchar(60), mail varchar(254), homepage varchar(255), hostname varchar(128),
    created int not null, changed int, thread varchar(255) not null, entity_type varchar(32) not null,
    field_name varchar(32) not null, default_langcode tinyint not null,
    primary key (cid, langcode)) engine=InnoDB default charset=utf8mb4;
create table comment__comment_body (bundle varchar(128) not null default '', deleted tinyint not null default 0,
    entity_id int unsigned not null, revision_id int unsigned not null, langcode varchar(32) not null default '',
    delta int unsigned not null, comment_body_value longtext not null, comment_body_format varchar(255),
    primary key (entity_id, deleted, delta, langcode)) engine=InnoDB default charset=utf8mb4;
create table node_field_data (nid int unsigned not null, vid int unsigned not null, type varchar(32) not null,
    langcode varchar(12) not null, status tinyint not null, uid int unsigned not null, title varchar(255) not null,
    created int not null, changed int not null, promote tinyint not null, sticky tinyint not null,
    default_langcode tinyint not null, primary key (nid, langcode)) engine=InnoDB default charset=utf8mb4;
create table node_field_revision (nid int unsigned not null, vid int unsigned not null, langcode varchar(12) not null,
    status tinyint not null, uid int unsigned not null, title varchar(255), created int, changed int, promote tinyint,
    sticky tinyint, default_langcode tinyint not null, primary key (vid, langcode)) engine=InnoDB default charset=utf8mb4;
create table node_revision (nid int unsigned not null, vid int unsigned not null auto_increment, langcode varchar(12) not null,
    revision_uid int unsigned, revision_timestamp int, revision_log longtext, revision_default tinyint,
    primary key (vid)) engine=InnoDB default charset=utf8mb4;
create table file_managed (fid int unsigned not null auto_increment, uuid varchar(128) not null, langcode varchar(12) not null,
    uid int unsigned, filename varchar(255), uri varchar(255) not null, filemime varchar(255), filesize bigint unsigned,
    status tinyint not null, created int, changed int not null, primary key (fid)) engine=InnoDB default charset=utf8mb4;
create table watchdog (wid bigint not null auto_increment, uid int unsigned not null default 0,
    type varchar(64) not null default '', message longtext not null, variables longblob not null,
    severity tinyint unsigned not null default 0, link text, location text not null, referer text,
    hostname varchar(128) not null default '', timestamp int not null default 0,
    primary key (wid)) engine=InnoDB default charset=utf8mb4;
create table history (uid int not null default 0, nid int unsigned not null default 0, timestamp int not null default 0,
    primary key (uid, nid)) engine=InnoDB default charset=utf8mb4;

insert into users values (7, 'uuid-7', 'en'), (8, 'uuid-8', 'en');
-- Number 0 stands for whoever is not signed in.
set sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
insert into users values (0, 'uuid-0', 'en');
insert into users_field_data (uid, langcode, name, pass, mail, created, access, login, init, default_langcode) values
    (0, 'en', '', null, null, 0, 0, 0, null, 1),
    (7, 'en', 'countess', '$S$hash', 'ada@lovelace.example', 1, 2, 3, 'ada@byron.example', 1),
    (7, 'de', 'countess', '$S$hash', 'ada@lovelace.example', 1, 2, 3, 'ada@byron.example', 0),
    (8, 'en', 'charles', '$S$hash', 'charles@babbage.example', 1, 2, 3, 'charles@babbage.example', 1);
insert into user__roles (bundle, entity_id, revision_id, langcode, delta, roles_target_id) values
    ('user', 7, 7, 'en', 0, 'editor'), ('user', 8, 8, 'en', 0, 'editor');
insert into user__user_picture (bundle, entity_id, revision_id, langcode, delta, user_picture_target_id, user_picture_alt) values
    ('user', 7, 7, 'en', 0, 5, 'Ada Lovelace, painted');
insert into users_data values (7, 'contact', 'enabled', '1', 0), (8, 'contact', 'enabled', '1', 0);
insert into sessions values (7, 'sid-7', '203.0.113.77', 1, 'uid|i:7;'), (8, 'sid-8', '203.0.113.78', 1, 'uid|i:8;');
insert into comment_field_data (cid, comment_type, langcode, status, uid, entity_id, subject, name, mail, homepage, hostname,
    created, thread, entity_type, field_name, default_langcode) values
    (1, 'comment', 'en', 1, 7, 1, 'First', 'countess', null, null, '203.0.113.77', 1, '01/', 'node', 'comment', 1),
    (2, 'comment', 'en', 1, 0, 1, 'Second', 'Ada', 'Ada@Byron.example', 'https://ada.example', '203.0.113.77', 1, '02/', 'node', 'comment', 1),
    (3, 'comment', 'en', 1, 8, 1, 'Third', 'charles', null, null, '203.0.113.78', 1, '03/', 'node', 'comment', 1);
insert into comment__comment_body (bundle, entity_id, revision_id, langcode, delta, comment_body_value) values
    ('comment', 1, 1, 'en', 0, 'Said as a user'), ('comment', 2, 2, 'en', 0, 'Said with an address');
insert into node_field_data values (1, 1, 'article', 'en', 1, 7, 'On engines', 1, 1, 1, 0, 1);
insert into node_field_revision values (1, 1, 'en', 1, 7, 'On engines', 1, 1, 1, 0, 1);
insert into node_revision values (1, 1, 'en', 7, 1, 'a first draft', 1);
insert into file_managed (uuid, langcode, uid, filename, uri, status, changed) values ('f', 'en', 7, 'engine.png', 'public://engine.png', 1, 1);
insert into watchdog (uid, type, message, variables, location, hostname) values
    (7, 'user', 'Session opened for %name.', 'a:1:{s:5:"%name";s:8:"countess";}', 'https://site.example/user', '203.0.113.77');
insert into history values (7, 1, 1), (8, 1, 1);
