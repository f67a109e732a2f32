-- Two plugins that told WordPress nothing of the personal data they keep: one counts by the account's number, and one
-- wrote the address into a serialised value and into JSON.
create table wp_quiz_results (
    id bigint unsigned not null auto_increment primary key,
    user_id bigint unsigned not null,
    answers longtext not null,
    score int not null
) engine=InnoDB default charset=utf8mb4;
create table wp_newsletter_log (
    id bigint unsigned not null auto_increment primary key,
    sent_at datetime not null,
    settings longtext not null,
    payload json not null
) engine=InnoDB default charset=utf8mb4;
insert into wp_quiz_results (user_id, answers, score) values ({user_id}, 'a,c,b', 7), (1, 'b,b,b', 2);
insert into wp_newsletter_log (sent_at, settings, payload) values
    (now(), 'a:1:{s:9:"recipient";s:30:"{email}";}', '{"list": 4}'),
    (now(), '', '{"list": 4, "to": {"address": "{email}"}}'),
    (now(), 'a:1:{s:9:"recipient";s:19:"keeper@site.example";}', '{"list": 4}');
