//! Several requests for one person at once.

use serde_json::json;

use crate::pair::Pair;

#[test]
fn requests_for_one_person_at_once_end_as_one_after_the_other_would() {
    let pair = Pair::start();
    for round in 0..2 {
        let somebody = pair.somebody(&format!("twice-{round}"));
        let erasures = ["erasure", "erasure"].map(|right| pair.server.proved_request(&somebody.person, right));
        let rectification = pair.server.proved_request(&somebody.person, "rectification");
        let record = &somebody.person.records[0];
        let correction =
            json!({ "group": "account", "record": record, "values": { "name": format!("twice-{round}-q7391-new") } });
        let approve =
            |request: &str, body: &serde_json::Value| pair.server.post(&format!("{request}/approve"), body).status;
        std::thread::scope(|threads| {
            let all: Vec<_> = erasures.iter().map(|request| threads.spawn(|| approve(request, &json!({})))).collect();
            let corrected = approve(&rectification, &json!({ "correction": correction }));
            assert!([200, 409, 410].contains(&corrected), "{corrected}");
            // Whoever comes when the other one is answered finds nobody any more.
            let all: Vec<u16> = all.into_iter().map(|thread| thread.join().unwrap()).collect();
            assert!(all.contains(&200) && all.iter().all(|status| [200, 409, 410].contains(status)), "{all:?}");
        });
        for request in &erasures {
            pair.assert_erased(request, &somebody);
        }
        let [one, two] =
            erasures.map(|request| pair.server.get(&format!("{request}/receipt")).json(200)["receipt"].clone());
        assert_eq!(one, two, "one receipt for both");
        assert_eq!(one["requests"].as_array().map(Vec::len), Some(2), "{one:#}");
        pair.server.get(&format!("{rectification}/steps")).json(200);
        assert_eq!(pair.server.files_with("q7391"), [""; 0]);
    }
}
