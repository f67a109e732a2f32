//! Every step is done twice: its answer is lost on the way back.

use candor_tests::Sluice;

use crate::pair::{Pair, Somebody, step};

#[test]
fn a_step_whose_answer_was_lost_is_done_again_and_the_receipt_is_true() {
    let pair = Pair::start();
    let done = |round: &str, lose: &dyn Fn(&Somebody, &str), sluice: &Sluice, system: &str| {
        let somebody = pair.somebody(round);
        let request = pair.planned(&somebody, "erasure");
        lose(&somebody, &request);
        pair.approve(&request);
        sluice.wait();
        // The line breaks, and is mended.
        sluice.cut();
        sluice.open();
        pair.once(&request, |steps| steps["state"] == "answered" || step(steps, system)["trouble"]["code"].is_string());
        pair.assert_erased(&request, &somebody)
    };
    let unheard = done("shop-acted", &|ada, _| pair.lose_what_the_shop_did(ada), &pair.shop, "shop");
    assert_eq!(unheard, 0, "it was done again, and no row was left: one was there before");
    assert_eq!(done("forum-acted", &|ada, _| pair.lose_what_the_forum_did(ada), &pair.forum, "forum"), 1);
    for (sluice, system) in [(&pair.shop, "shop"), (&pair.forum, "forum")] {
        let lose = |_: &Somebody, request: &str| pair.lose_what_is_found(sluice, request, system);
        assert_eq!(done(&format!("{system}-searched"), &lose, sluice, system), 1);
    }
}
