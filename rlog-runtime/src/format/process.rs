//! What formatters say of the process and the machine.

use crate::worker::fork;
use std::string::String;
use std::sync::OnceLock;

/// The number of this process. It is kept, since asking is a system call; but not by a child made by `fork` from a process
/// that logged, as it has another one than its parent.
pub(super) fn pid() -> u64 {
    static PID: OnceLock<u32> = OnceLock::new();
    let pid = if fork::is_child() { std::process::id() } else { *PID.get_or_init(std::process::id) };
    pid.into()
}

/// The name of this machine; empty if nobody knows it.
pub(crate) fn host() -> &'static str {
    static HOST: OnceLock<String> = OnceLock::new();
    HOST.get_or_init(|| {
        let variable = |name| std::env::var(name).ok();
        let file = |path| std::fs::read_to_string(path).ok();
        name_of_host()
            .or_else(|| file("/proc/sys/kernel/hostname"))
            .or_else(|| variable("COMPUTERNAME"))
            .or_else(|| variable("HOSTNAME"))
            .map(|name| String::from(name.trim()))
            .unwrap_or_default()
    })
}

#[cfg(unix)]
fn name_of_host() -> Option<String> {
    unsafe extern "C" {
        /// POSIX.1-2024.
        fn gethostname(name: *mut core::ffi::c_char, length: usize) -> core::ffi::c_int;
    }
    let mut name = [0_u8; 256];
    // SAFETY: the buffer is larger than the length that is said, so that it ends with a zero also where the name is cut off.
    let outcome = unsafe { gethostname(name.as_mut_ptr().cast(), name.len() - 1) };
    let name = core::ffi::CStr::from_bytes_until_nul(&name).ok()?;
    Some(name.to_string_lossy().into_owned()).filter(|name| outcome == 0 && !name.is_empty())
}

#[cfg(not(unix))]
fn name_of_host() -> Option<String> {
    None
}

/// The name under which this program was started, without its folder and its `.exe`.
pub(super) fn program() -> String {
    let path = std::env::args_os().next().map(std::path::PathBuf::from).unwrap_or_default();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match name.strip_suffix(".exe").unwrap_or(&name) {
        "" => "unknown".into(),
        name => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_host_is_what_the_kernel_says() {
        let expected = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("procfs");
        assert_eq!(host(), expected.trim());
        assert!(!host().is_empty());
    }

    #[test]
    fn the_program_has_a_name_without_a_folder() {
        assert!(program().starts_with("rlog_runtime"), "{}", program());
    }
}
