//! What has to come before what, when some of it goes in circles (Tarjan 1972, without recursion).

/// The strongly connected components of a graph, each after those that it leads to.
pub(crate) fn components(leads_to: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let n = leads_to.len();
    let (mut seen_at, mut low) = (vec![UNSEEN; n], vec![0; n]);
    let (mut on_path, mut path, mut found) = (vec![false; n], Vec::new(), Vec::new());
    let mut clock = 0;
    for root in 0..n {
        if seen_at.get(root) != Some(&UNSEEN) {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((node, next)) = work.pop() {
            if next == 0 {
                set(&mut seen_at, node, clock);
                set(&mut low, node, clock);
                clock += 1;
                path.push(node);
                set(&mut on_path, node, true);
            }
            match leads_to.get(node).and_then(|to| to.get(next)) {
                Some(to) => {
                    work.push((node, next + 1));
                    match seen_at.get(*to) {
                        Some(&UNSEEN) => work.push((*to, 0)),
                        Some(at) if on_path.get(*to) == Some(&true) => lower(&mut low, node, *at),
                        _ => {}
                    }
                }
                None => {
                    if low.get(node) == seen_at.get(node) {
                        let start = path.iter().rposition(|it| *it == node).unwrap_or_default();
                        let group = path.split_off(start);
                        group.iter().for_each(|it| set(&mut on_path, *it, false));
                        found.push(group);
                    }
                    if let (Some((parent, _)), Some(at)) = (work.last().copied(), low.get(node).copied()) {
                        lower(&mut low, parent, at);
                    }
                }
            }
        }
    }
    found
}

/// All of it, each after what it leads to; circles are cut anywhere.
pub(crate) fn sorted(leads_to: &[Vec<usize>]) -> Vec<usize> {
    components(leads_to).into_iter().flatten().collect()
}

fn set<T>(all: &mut [T], at: usize, value: T) {
    if let Some(place) = all.get_mut(at) {
        *place = value;
    }
}

fn lower(low: &mut [usize], at: usize, to: usize) {
    if let Some(it) = low.get_mut(at) {
        *it = (*it).min(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_led_to_comes_first() {
        assert_eq!(sorted(&[vec![1], vec![2], vec![]]), vec![2, 1, 0]);
    }

    #[test]
    fn a_circle_is_one_component() {
        let mut found = components(&[vec![1], vec![2], vec![0, 3], vec![], vec![4]]);
        found.iter_mut().for_each(|group| group.sort_unstable());
        assert_eq!(found, vec![vec![3], vec![0, 1, 2], vec![4]]);
    }

    #[test]
    fn a_long_chain_does_not_exhaust_the_stack() {
        let chain: Vec<Vec<usize>> = (0..200_000).map(|n| if n == 0 { vec![] } else { vec![n - 1] }).collect();
        assert_eq!(components(&chain).len(), 200_000);
    }
}
