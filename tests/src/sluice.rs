//! A sluice in front of a system: what goes through it can be held, cut off, or done without its answer ever coming back.
//!
//! A test that needs something to be under way holds it there, instead of guessing when it would be.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long something is waited for that has to happen.
const WAIT: Duration = Duration::from_secs(150);

/// Something that is so, or not yet.
type IsSo = Arc<dyn Fn() -> bool + Send + Sync>;

/// What becomes of what comes through.
#[derive(Clone)]
enum Way {
    /// It goes through.
    Open,
    /// Connections are taken, and nothing is ever said on them.
    Held,
    /// Until something is so: the answer that says it was done, and all after it, stay at the sluice.
    AnswersLostOnce(IsSo),
}

struct State {
    way: Way,
    /// Counts what came since the sluice is held, or whose answer was lost.
    n_held: usize,
    /// Every connection that is open, both ends.
    streams: Vec<TcpStream>,
    /// True when the sluice goes.
    is_over: bool,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    to: SocketAddr,
}

/// A sluice; connections through it end when it is dropped.
pub struct Sluice {
    shared: Arc<Shared>,
    address: SocketAddr,
}

impl Sluice {
    /// A sluice before a port of this machine; open.
    ///
    /// # Panics
    /// No port is free.
    pub fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = State { way: Way::Open, n_held: 0, streams: Vec::new(), is_over: false };
        let to = SocketAddr::from(([127, 0, 0, 1], port));
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), to });
        let sluice = Self { shared: Arc::clone(&shared), address };
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.state().is_over {
                    return;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || shared.serve(client));
            }
        });
        sluice
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Lets everything through, what was held too.
    pub fn open(&self) {
        self.shared.go(Way::Open);
    }

    /// Holds whatever comes: the system seems to hang.
    pub fn hold(&self) {
        self.shared.go(Way::Held);
    }

    /// Lets nobody hear of what the system says once something is so: the first answer that comes then, and all after it.
    pub fn lose_the_answer_once(&self, is_so: impl Fn() -> bool + Send + Sync + 'static) {
        self.shared.go(Way::AnswersLostOnce(Arc::new(is_so)));
    }

    /// Cuts every connection off.
    pub fn cut(&self) {
        for stream in std::mem::take(&mut self.shared.state().streams) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Waits until something is held, or its answer was lost.
    ///
    /// # Panics
    /// Nothing comes in time.
    #[track_caller]
    pub fn wait(&self) {
        let until = Instant::now() + WAIT;
        let mut state = self.shared.state();
        while state.n_held == 0 {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "nothing came to the sluice");
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Sluice {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.changed.notify_all();
        self.cut();
        // Its listener looks once more, and ends.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever failed while they looked at it changed nothing by halves.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn go(&self, way: Way) {
        let mut state = self.state();
        (state.way, state.n_held) = (way, 0);
        drop(state);
        self.changed.notify_all();
    }

    fn serve(self: Arc<Self>, client: TcpStream) {
        self.keep(&client);
        if !self.may_pass() {
            return;
        }
        let Ok(system) = TcpStream::connect(self.to) else { return drop(client.shutdown(Shutdown::Both)) };
        self.keep(&system);
        let (Ok(from), Ok(back)) = (client.try_clone(), system.try_clone()) else { return };
        let answers = Arc::clone(&self);
        std::thread::spawn(move || answers.carry(back, client, Self::may_answer));
        self.carry(from, system, Self::may_pass);
    }

    fn keep(&self, stream: &TcpStream) {
        self.state().streams.extend(stream.try_clone());
    }

    /// Carries bytes one way, as long as they may go.
    fn carry(&self, mut from: TcpStream, mut to: TcpStream, may: impl Fn(&Self) -> bool) {
        let mut bytes = [0; 16_384];
        loop {
            let n_bytes = from.read(&mut bytes).unwrap_or_default();
            if n_bytes == 0 || !may(self) || to.write_all(&bytes[..n_bytes]).is_err() {
                let _ = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
                return;
            }
        }
    }

    /// Waits until what is asked may go to the system; false when the sluice goes.
    fn may_pass(&self) -> bool {
        let mut state = self.state();
        let mut is_counted = false;
        while matches!(state.way, Way::Held) && !state.is_over {
            if !is_counted {
                (state.n_held, is_counted) = (state.n_held + 1, true);
                self.changed.notify_all();
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.is_over
    }

    /// Waits until an answer may come back; false when the sluice goes.
    fn may_answer(&self) -> bool {
        let state = self.state();
        let (way, is_losing) = (state.way.clone(), state.n_held > 0);
        drop(state);
        let is_so = !is_losing && matches!(&way, Way::AnswersLostOnce(is_so) if is_so());
        let mut state = self.state();
        if is_so && matches!(state.way, Way::AnswersLostOnce(_)) {
            state.n_held += 1;
            self.changed.notify_all();
        }
        while !state.is_over && state.holds_answers() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.is_over
    }
}

impl State {
    const fn holds_answers(&self) -> bool {
        match self.way {
            Way::Open => false,
            Way::Held => true,
            Way::AnswersLostOnce(_) => self.n_held > 0,
        }
    }
}
