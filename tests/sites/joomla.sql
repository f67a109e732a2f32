-- Joomla 5's core tables that hold personal data, written from its documented schema: no registry here ships Joomla, so this
-- is no copy of a live site. One account (number 77), and one that nobody asks about (number 78).
create table k3v_users (id int not null auto_increment, name varchar(400) not null default '', username varchar(150) not null default '',
    email varchar(100) not null default '', password varchar(100) not null default '', block tinyint not null default 0,
    sendEmail tinyint default 0, registerDate datetime not null, lastvisitDate datetime, activation varchar(100) not null default '',
    params text not null, lastResetTime datetime, resetCount int not null default 0, otpKey varchar(1000) not null default '',
    otep varchar(1000) not null default '', requireReset tinyint not null default 0, authProvider varchar(100) not null default '',
    primary key (id), unique key idx_username (username), key email (email)) engine=InnoDB default charset=utf8mb4;
create table k3v_user_profiles (user_id int not null, profile_key varchar(100) not null, profile_value text not null,
    ordering int not null default 0, unique key idx_user_id_profile_key (user_id, profile_key)) engine=InnoDB default charset=utf8mb4;
create table k3v_user_notes (id int unsigned not null auto_increment, user_id int unsigned not null default 0,
    catid int unsigned not null default 0, subject varchar(100) not null default '', body text not null, state tinyint not null default 0,
    created_user_id int unsigned not null default 0, created_time datetime not null, primary key (id)) engine=InnoDB default charset=utf8mb4;
create table k3v_user_usergroup_map (user_id int unsigned not null default 0, group_id int unsigned not null default 0,
    primary key (user_id, group_id)) engine=InnoDB default charset=utf8mb4;
create table k3v_user_keys (id int unsigned not null auto_increment, user_id varchar(150) not null, token varchar(255) not null,
    series varchar(191) not null, time varchar(200) not null, uastring varchar(255) not null, primary key (id),
    unique key series (series)) engine=InnoDB default charset=utf8mb4;
create table k3v_user_mfa (id int not null auto_increment, user_id int not null, title varchar(255) not null default '',
    method varchar(100) not null, `default` tinyint not null default 0, options mediumtext not null, created_on datetime not null,
    primary key (id)) engine=InnoDB default charset=utf8mb4;
create table k3v_session (session_id varbinary(192) not null, client_id tinyint unsigned, guest tinyint unsigned default 1,
    time int not null default 0, data mediumtext, userid int default 0, username varchar(150) default '',
    primary key (session_id)) engine=InnoDB default charset=utf8mb4;
create table k3v_contact_details (id int not null auto_increment, name varchar(255) not null default '',
    alias varchar(400) not null default '', con_position varchar(255), address text, suburb varchar(100), state varchar(100),
    country varchar(100), postcode varchar(100), telephone varchar(255), fax varchar(255), misc mediumtext, image varchar(255),
    email_to varchar(255), user_id int not null default 0, mobile varchar(255) not null default '', webpage varchar(255) not null default '',
    params text not null, primary key (id)) engine=InnoDB default charset=utf8mb4;
create table k3v_content (id int unsigned not null auto_increment, title varchar(255) not null default '', introtext mediumtext not null,
    state tinyint not null default 0, created_by int unsigned not null default 0, created_by_alias varchar(255) not null default '',
    modified_by int unsigned not null default 0, primary key (id)) engine=InnoDB default charset=utf8mb4;
create table k3v_messages (message_id int unsigned not null auto_increment, user_id_from int unsigned not null default 0,
    user_id_to int unsigned not null default 0, date_time datetime not null, subject varchar(255) not null default '',
    message text not null, primary key (message_id)) engine=InnoDB default charset=utf8mb4;
create table k3v_action_logs (id int unsigned not null auto_increment, message_language_key varchar(255) not null default '',
    message text not null, log_date datetime not null, extension varchar(50) not null default '', user_id int not null default 0,
    item_id int not null default 0, ip_address varchar(40) not null default '0.0.0.0', primary key (id)) engine=InnoDB default charset=utf8mb4;
create table k3v_privacy_requests (id int unsigned not null auto_increment, email varchar(100) not null default '',
    requested_at datetime not null, status tinyint not null default 0, request_type varchar(25) not null default '',
    confirm_token varchar(100) not null default '', primary key (id)) engine=InnoDB default charset=utf8mb4;
create table k3v_privacy_consents (id int unsigned not null auto_increment, user_id int unsigned not null default 0,
    state int not null default 1, created datetime not null, subject varchar(255) not null default '', body text not null,
    remind tinyint not null default 0, token varchar(100) not null default '', primary key (id)) engine=InnoDB default charset=utf8mb4;

insert into k3v_users (id, name, username, email, password, registerDate, params) values
    (77, 'Ada Lovelace', 'countess', 'ada@lovelace.example', '$2y$hash', now(), '{}'),
    (78, 'Charles Babbage', 'charles', 'charles@babbage.example', '$2y$hash', now(), '{}');
insert into k3v_user_profiles values (77, 'profile.phone', '"+41 44 668 18 00"', 1), (78, 'profile.phone', '"+41 44 668 18 01"', 1);
insert into k3v_user_notes (user_id, subject, body, created_time) values (77, 'Called', 'countess asked about engines', now());
insert into k3v_user_usergroup_map values (77, 2), (78, 2);
insert into k3v_user_keys (user_id, token, series, time, uastring) values ('countess', 't', 's', '1', 'Browser'), ('charles', 't', 'u', '1', 'Browser');
insert into k3v_user_mfa (user_id, title, method, options, created_on) values (77, 'Telephone of Ada', 'totp', '{"key":"k"}', now());
insert into k3v_session (session_id, client_id, guest, time, data, userid, username) values ('s77', 0, 0, 1, 'joomla|countess', 77, 'countess');
insert into k3v_contact_details (id, name, address, email_to, user_id, params) values (1, 'Ada Lovelace', 'Analytical Lane 1', 'ada@lovelace.example', 77, '{}');
insert into k3v_content (id, title, introtext, state, created_by, created_by_alias) values (1, 'On engines', 'What an author wrote', 1, 77, 'Ada L.');
insert into k3v_messages (message_id, user_id_from, user_id_to, date_time, subject, message) values
    (1, 78, 77, now(), 'A letter', 'Come and see'), (2, 78, 78, now(), 'A note', 'To myself');
insert into k3v_action_logs (message, log_date, user_id, ip_address) values ('{"action":"login","username":"countess"}', now(), 77, '203.0.113.77');
insert into k3v_privacy_requests (email, requested_at, request_type) values ('ada@lovelace.example', now(), 'export');
insert into k3v_privacy_consents (user_id, created, subject, body) values (77, now(), 'PLG', 'IP 203.0.113.77, Browser of countess');
