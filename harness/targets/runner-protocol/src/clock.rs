//! The clock of the native targets: `std::time::Instant`, which on Linux is `clock_gettime(CLOCK_MONOTONIC)`.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Adds up the time of the parts of a call that count, and leaves out what is prepared between them.
#[derive(Clone)]
pub struct Stopwatch {
    elapsed: Duration,
    laps: u64,
}

impl Stopwatch {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self { elapsed: Duration::ZERO, laps: 0 }
    }

    /// Times `work` as one lap and hands back what it made, so that its drop is not timed.
    #[inline(always)]
    pub fn lap<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let made = work();
        self.elapsed += start.elapsed();
        self.laps += 1;
        made
    }

    /// Nanoseconds of all laps, the clock's own share included.
    pub fn nanoseconds(&self) -> u64 {
        self.elapsed.as_nanos() as u64
    }

    /// Nanoseconds the clock itself added to the laps.
    pub fn clock_nanoseconds(&self) -> u64 {
        (self.laps as f64 * clock_pair_nanoseconds()).round() as u64
    }
}

/// What an empty lap reads, in nanoseconds: the smallest mean of several batches.
pub fn clock_pair_nanoseconds() -> f64 {
    static PAIR: OnceLock<f64> = OnceLock::new();
    *PAIR.get_or_init(|| {
        const BATCHES: usize = 32;
        const LAPS: u32 = 256;
        (0..BATCHES)
            .map(|_| {
                let total: Duration = (0..LAPS).map(|_| Instant::now().elapsed()).sum();
                total.as_nanos() as f64 / f64::from(LAPS)
            })
            .fold(f64::INFINITY, f64::min)
    })
}

/// The smallest step above zero the clock was seen to take, in nanoseconds.
pub fn clock_resolution_nanoseconds() -> u64 {
    (0..4096)
        .map(|_| {
            let start = Instant::now();
            loop {
                let step = start.elapsed().as_nanos() as u64;
                if step > 0 {
                    return step;
                }
            }
        })
        .min()
        .unwrap_or(1)
}
