//! Made anonymous: counted on, by nobody's name.

use candor_words::SpanUnit;

use crate::{account, observed, places};

#[tokio::test]
async fn what_identifies_goes_and_the_rest_is_counted_as_nobodys() {
    for place in places().await {
        let mut people = Vec::new();
        for n in 0..2 {
            let ada = place.made(vec![account(&format!("p{n}@example.org"))]).await;
            for feature in ["boards", "boards", "charts"] {
                let usage = observed(
                    "usage",
                    &[
                        ("feature", feature.into()),
                        ("login", format!("{n}{feature}{}", place.n_stored(ada, "usage").await).into()),
                    ],
                );
                place.put(ada, usage).await;
            }
            people.push(ada);
        }
        let before = place.vault.aggregate(&place.admin, "research", &["usage.feature".into()]).await.unwrap();
        place.pass(30, SpanUnit::Day);
        let run = place.run().await;
        assert_eq!(run.looked.n_values_anonymised, 12);
        for ada in &people {
            assert_eq!(place.n_stored(*ada, "usage").await, 0);
            assert_eq!(place.n_given(*ada, "support", "usage.login").await, 0);
        }
        let after = place.vault.aggregate(&place.admin, "research", &["usage.feature".into()]).await.unwrap();
        let counts = |counted: &candor_vault::Aggregate| {
            counted.groups.iter().map(|group| (group.values.clone(), group.subjects)).collect::<Vec<_>>()
        };
        assert_eq!(counts(&after), counts(&before), "the same is counted of as many people");

        // What is left belongs to nobody: no login, no purpose that names somebody, no entry, no way back.
        let all = place.vault.subjects(&place.admin, None, 100).await.unwrap().rows;
        let nobody: Vec<_> = all.iter().filter(|row| row.state == "anonymous").collect();
        assert_eq!(nobody.len(), 2);
        for row in nobody {
            assert_eq!(place.refusal(row.id, "support", "usage.feature").await, "subject.anonymous");
            let kept = place.vault.store().records(place.tenant, row.id, None, None, 10).await.unwrap().rows;
            assert_eq!(kept.len(), 3);
            assert!(kept.iter().all(|row| !row.sealed.windows(5).any(|part| part == b"login")));
            assert!(place.vault.store().indexes(place.tenant, row.id).await.unwrap().is_empty());
            assert_eq!(row.created_at.as_millis() % 86_400_000, 0);
        }
        place.pass(10, SpanUnit::Year);
        place.run().await;
        let later = place.vault.aggregate(&place.admin, "research", &["usage.feature".into()]).await.unwrap();
        assert_eq!(counts(&later), counts(&before));
    }
}
