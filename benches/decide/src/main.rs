//! Asks the same questions of candor, cedar-policy and regorus, and prints nanoseconds per answer.
//!
//! Every engine must first give the same answers as a plain reading of the policy. Then each is timed
//! over the same 512 questions, best of several runs, on one core. The last lines are the goals:
//! the slowest candor and the smallest ratio over both sizes of policy.
//!
//! Run `cargo run --release -p bench-decide` in `benches/`, on a machine that does little else.

mod candor;
mod cedar;
mod rego;
mod stopwatch;
mod world;

use world::World;

/// Nanoseconds per answer of each engine over one world.
struct Figures {
    id: f64,
    id_with_reason: f64,
    name: f64,
    cedar: f64,
    regorus: f64,
}

fn main() {
    let shapes = [(12, 40), (60, 400)];
    let figures: Vec<Figures> = shapes.into_iter().map(|(purposes, fields)| measure(purposes, fields)).collect();
    let slowest = |of: fn(&Figures) -> f64| figures.iter().map(of).fold(0.0, f64::max);
    let smallest = |of: fn(&Figures) -> f64| figures.iter().map(of).fold(f64::INFINITY, f64::min);
    println!("decide.id_ns value={:.1} goal=20", slowest(|figures| figures.id));
    println!("decide.name_ns value={:.1} goal=120", slowest(|figures| figures.name));
    println!("decide.regorus ratio={:.0} goal=100", smallest(|figures| figures.regorus / figures.id));
    println!("decide ratio={:.0} goal=1000", smallest(|figures| figures.cedar / figures.id));
}

fn measure(purposes: usize, fields: usize) -> Figures {
    let world = World::new(purposes, fields);
    let candor = candor::Engine::new(&world);
    let cedar = cedar::Engine::new(&world);
    let mut rego = rego::Engine::new(&world);
    for (at, expected) in world.answers().enumerate() {
        assert_eq!(candor.by_id(at), expected, "candor by id, question {at}");
        assert_eq!(candor.by_name(at), expected, "candor by name, question {at}");
        assert_eq!(candor.refuses_with_reason(at), !expected, "candor's reason, question {at}");
        assert_eq!(cedar.answer(at), expected, "cedar, question {at}");
        assert_eq!(rego.answer(at), expected, "regorus, question {at}");
    }
    let n_allowed = world.answers().filter(|allowed| *allowed).count();
    let figures = Figures {
        id: stopwatch::nanos(100, |at| candor.by_id(at)),
        id_with_reason: stopwatch::nanos(100, |at| candor.refuses_with_reason(at)),
        name: stopwatch::nanos(20, |at| candor.by_name(at)),
        cedar: stopwatch::nanos(1, |at| cedar.answer(at)),
        regorus: stopwatch::nanos(1, |at| rego.answer(at)),
    };
    println!("{purposes} purposes × {fields} fields, {n_allowed} of {} questions allowed", world::QUESTIONS);
    println!("  candor by id               {:>10.1} ns", figures.id);
    println!("  candor by id, with reason  {:>10.1} ns", figures.id_with_reason);
    println!("  candor by name             {:>10.1} ns", figures.name);
    println!("  cedar, request prebuilt    {:>10.1} ns", figures.cedar);
    println!("  regorus RVM, input prebuilt{:>10.1} ns", figures.regorus);
    figures
}
