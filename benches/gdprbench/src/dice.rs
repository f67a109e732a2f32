//! Chance with a seed, and the two distributions of YCSB.

/// SplitMix64.
pub struct Dice(u64);

impl Dice {
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const fn scramble(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Which keys are drawn.
pub enum Keys {
    /// Each as often as any other.
    Uniform(u64),
    /// Some far more often, scattered over all (constant 0.99, Gray et al. 1994).
    Zipfian { n: u64, zeta: f64, eta: f64, alpha: f64 },
}

const THETA: f64 = 0.99;

impl Keys {
    pub fn zipfian(n: u64) -> Self {
        let zeta_of = |n: u64| (1..=n).map(|at| (at as f64).powf(-THETA)).sum::<f64>();
        let zeta = zeta_of(n);
        let eta = (1.0 - (2.0 / n as f64).powf(1.0 - THETA)) / (1.0 - zeta_of(2) / zeta);
        Self::Zipfian { n, zeta, eta, alpha: 1.0 / (1.0 - THETA) }
    }

    pub fn draw(&self, dice: &mut Dice) -> u64 {
        match self {
            Self::Uniform(n) => dice.below(*n),
            Self::Zipfian { n, zeta, eta, alpha } => {
                let unit = dice.unit();
                let rank = match unit * zeta {
                    ..1.0 => 0,
                    share if share < 1.0 + 0.5_f64.powf(THETA) => 1,
                    _ => (*n as f64 * (eta * unit - eta + 1.0).powf(*alpha)) as u64,
                };
                scramble(rank) % n
            }
        }
    }
}
