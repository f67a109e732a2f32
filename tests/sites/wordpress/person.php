<?php
// Adds a person through WordPress' own functions, with what plugins and the site's own privacy tools note about people.
require __DIR__ . '/start.php';
add_filter('pre_wp_mail', '__return_true');
$told = json_decode(stream_get_contents(STDIN), true);
[$first, $last] = explode(' ', $told['name'] . ' ');
$user = wp_insert_user([
    'user_login' => $told['login'],
    'user_pass' => 'a pass phrase of a test',
    'user_email' => $told['email'],
    'user_url' => 'https://' . $told['login'] . '.example',
    'first_name' => $first,
    'last_name' => $last,
    'display_name' => $told['name'],
    'description' => 'The life of ' . $told['name'],
    'role' => 'author',
]);
if (is_wp_error($user)) {
    throw new Exception($user->get_error_message());
}
update_user_meta($user, 'billing_phone', '+41 44 668 18 00');
update_user_meta($user, 'billing_email', $told['email']);
$session = ['ip' => '203.0.113.77', 'ua' => 'Browser of ' . $told['login'], 'login' => time(), 'expiration' => time() + 86400];
update_user_meta($user, 'session_tokens', [hash('sha256', $told['login']) => $session]);
WP_Application_Passwords::create_new_application_password($user, ['name' => 'telephone of ' . $told['login']]);
$post = wp_insert_post([
    'post_author' => $user,
    'post_title' => 'On engines, by number ' . $user,
    'post_content' => 'What an author wrote about engines, number ' . $user,
    'post_status' => 'publish',
]);
$comment = function (array $more) use ($told) {
    return wp_insert_comment($more + [
        'comment_post_ID' => 1,
        'comment_author' => $told['name'],
        'comment_author_url' => 'https://' . $told['login'] . '.example',
        'comment_author_IP' => '203.0.113.77',
        'comment_agent' => 'Browser of ' . $told['login'],
        'comment_approved' => 1,
    ]);
};
$comments = [
    $comment(['comment_author_email' => $told['email'], 'comment_content' => 'Said as a user', 'user_id' => $user]),
    $comment(['comment_author_email' => strtoupper($told['email']), 'comment_content' => 'Said with an address alone']),
    $comment(['comment_author_email' => $told['former_email'], 'comment_content' => 'Said with an address of before']),
];
$request = wp_create_user_request($told['email'], 'export_personal_data');
if (is_wp_error($request)) {
    throw new Exception($request->get_error_message());
}
echo json_encode(['user' => $user, 'post' => $post, 'path' => wp_parse_url(get_permalink($post), PHP_URL_PATH), 'comments' => $comments]);
