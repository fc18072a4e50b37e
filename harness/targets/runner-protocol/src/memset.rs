//! Native memset in four memory regimes. The C library's `memset` is called through a pointer the compiler cannot see
//! through, so that no fill is removed, merged or turned into other code.

use crate::clock::Stopwatch;
use crate::memory_hierarchy::MemoryHierarchy;
use crate::{Arm, Granularity, ProtocolError, Timing};
use libc::{c_int, c_void, size_t};
use serde_json::{json, Value};
use std::hint::black_box;
use std::ptr;

const KERNEL: &str = "native-memset";
const REGIMES: [&str; 4] = ["hot", "llc", "memory", "first-touch"];
const PAGE_BYTES: usize = 4096;
/// Fresh pages are taken from the operating system in pieces of this many bytes, and given back when filled.
const FRESH_REGION_BYTES: usize = 64 << 20;
const LARGEST_FILL_BYTES: u64 = 1 << 32;

type Memset = unsafe extern "C" fn(*mut c_void, c_int, size_t) -> *mut c_void;

/// The `memset` list of `describe`.
pub fn kernels() -> Value {
    json!([{ "kernel": KERNEL, "regimes": REGIMES }])
}

/// Prepares an arm that fills each of `sizes` once per call.
pub fn arm(kernel: &str, regime: &str, sizes: &[u64]) -> Result<Box<dyn Arm>, ProtocolError> {
    if kernel != KERNEL {
        return Err(ProtocolError::unsupported(format!("no memset kernel \"{kernel}\"; there is {KERNEL}")));
    }
    if sizes.is_empty() {
        return Err(ProtocolError::bad_request("\"sizes\" is empty"));
    }
    if let Some(size) = sizes.iter().find(|&&size| size > LARGEST_FILL_BYTES) {
        return Err(ProtocolError::bad_request(format!("a fill of {size} bytes is over {LARGEST_FILL_BYTES}")));
    }
    let sizes: Vec<usize> = sizes.iter().map(|&size| size as usize).collect();
    let largest = sizes.iter().copied().max().unwrap_or(0).max(1);
    let hierarchy = MemoryHierarchy::of_this_machine();
    match regime {
        "hot" => Ok(Box::new(BufferFill::new(sizes, largest, false)?)),
        "llc" => Ok(Box::new(BufferFill::new(sizes, hierarchy.llc_walk_bytes().max(largest), true)?)),
        "memory" => Ok(Box::new(BufferFill::new(sizes, hierarchy.memory_walk_bytes().max(2 * largest), true)?)),
        "first-touch" => Ok(Box::new(FreshPagesFill::new(sizes, largest)?)),
        _ => Err(ProtocolError::unsupported(format!("no regime \"{regime}\"; there are {}", REGIMES.join(", ")))),
    }
}

/// Page-aligned anonymous memory, zero until first written.
struct Pages {
    start: *mut u8,
    bytes: usize,
}

impl Pages {
    fn map(bytes: usize) -> Result<Self, ProtocolError> {
        let bytes = bytes.next_multiple_of(PAGE_BYTES);
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(ProtocolError::internal(format!("the operating system gave no {bytes} bytes to fill")));
        }
        Ok(Self { start: start.cast(), bytes })
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        unsafe { libc::munmap(self.start.cast(), self.bytes) };
    }
}

/// Fills one buffer that is already there: always its start (`hot`), or walking through it (`llc`, `memory`).
struct BufferFill {
    sizes: Vec<usize>,
    pages: Pages,
    length: usize,
    walks: bool,
    position: usize,
    value: u8,
}

impl BufferFill {
    fn new(sizes: Vec<usize>, length: usize, walks: bool) -> Result<Self, ProtocolError> {
        let pages = Pages::map(length)?;
        unsafe { ptr::write_bytes(pages.start, 1, pages.bytes) };
        Ok(Self { sizes, pages, length, walks, position: 0, value: 0 })
    }
}

impl Arm for BufferFill {
    fn bytes_per_call(&self) -> u64 {
        self.sizes.iter().map(|&size| size as u64).sum()
    }

    fn granularity(&self) -> Granularity {
        Granularity::Function
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let memset: Memset = black_box(libc::memset as Memset);
        let (start, length) = (self.pages.start, self.length);
        let mut position = self.position;
        let mut stopwatch = Stopwatch::new();
        stopwatch.lap(|| {
            for call in 0..calls {
                let value = c_int::from(self.value) + call as c_int;
                for &size in &self.sizes {
                    if position + size > length {
                        position = 0;
                    }
                    let target = unsafe { start.add(position) };
                    unsafe { memset(target.cast(), value & 0xff, size) };
                    black_box(target);
                    if self.walks {
                        position += size;
                    }
                }
            }
        });
        self.position = position;
        self.value = self.value.wrapping_add(1);
        Ok(Timing::of(&stopwatch))
    }
}

/// Fills memory no one has touched since the operating system handed it out; consecutive fills lie side by side, so each page
/// is faulted in once, by the first fill that reaches it.
struct FreshPagesFill {
    sizes: Vec<usize>,
    region_bytes: usize,
    pages: Pages,
    position: usize,
}

impl FreshPagesFill {
    fn new(sizes: Vec<usize>, largest: usize) -> Result<Self, ProtocolError> {
        let region_bytes = FRESH_REGION_BYTES.max(largest);
        Ok(Self { sizes, region_bytes, pages: Pages::map(region_bytes)?, position: 0 })
    }

    /// The next fill, as an index into one call's sizes counted on over calls, that does not fit the region any more.
    fn fills_that_fit(&self, from: u64, end: u64) -> u64 {
        let mut position = self.position;
        let mut fill = from;
        while fill < end {
            let size = self.sizes[(fill % self.sizes.len() as u64) as usize];
            if position + size > self.region_bytes {
                break;
            }
            position += size;
            fill += 1;
        }
        fill
    }
}

impl Arm for FreshPagesFill {
    fn bytes_per_call(&self) -> u64 {
        self.sizes.iter().map(|&size| size as u64).sum()
    }

    fn granularity(&self) -> Granularity {
        Granularity::Function
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let memset: Memset = black_box(libc::memset as Memset);
        let end = calls * self.sizes.len() as u64;
        let mut stopwatch = Stopwatch::new();
        let mut fill = 0;
        while fill < end {
            let stop = self.fills_that_fit(fill, end);
            if stop == fill {
                self.pages = Pages::map(self.region_bytes)?;
                self.position = 0;
                continue;
            }
            let start = self.pages.start;
            let mut position = self.position;
            let mut next = (fill % self.sizes.len() as u64) as usize;
            stopwatch.lap(|| {
                for _ in fill..stop {
                    let size = self.sizes[next];
                    next = if next + 1 == self.sizes.len() { 0 } else { next + 1 };
                    let target = unsafe { start.add(position) };
                    unsafe { memset(target.cast(), 0xa5, size) };
                    black_box(target);
                    position += size;
                }
            });
            self.position = position;
            fill = stop;
        }
        Ok(Timing::of(&stopwatch))
    }
}
