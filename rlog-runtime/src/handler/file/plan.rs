//! The settings of a file, when they are found to be right.

use super::calendar::Civil;
use super::compression::Compression;
use super::fsync::Fsync;
use super::names::{self, Compiled, Names};
use super::quota::Quota;
use super::retention::{PARTS, Retention};
use super::rotation::{Rotation, When};
use super::schedule::{Period, Schedule};
use super::system::beside;
use super::template::{Given, Key, Template, Unit};
use super::zone::Zone;
use super::{File, Place, Problem, problem};
use crate::units::Size;
use core::fmt;
use std::path::{Path, PathBuf};
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

/// What to do.
pub(super) struct Plan {
    pub(super) layout: Layout,
    /// No file is larger, except for one record that is.
    pub(super) limit: Option<u64>,
    /// If the total is bounded.
    pub(super) quota: Option<Quota>,
    pub(super) schedule: Option<Schedule>,
    zone: Arc<dyn Zone>,
    pub(super) on_start: bool,
    pub(super) when: Option<When>,
    pub(super) retention: Retention,
    pub(super) compression: Compression,
    pub(super) fsync: Fsync,
    pub(super) mode: u32,
    pub(super) header: bool,
    pub(super) preallocate: Option<u64>,
    pub(super) link: Option<PathBuf>,
}

/// Where the file is, and where it goes.
#[derive(Debug)]
pub(super) enum Layout {
    /// It always has this name, and gets another one when it is rotated, if it is.
    Fixed { path: PathBuf, names: Option<Compiled> },
    /// Each file has a name of its own from the beginning, below `root`. Its names are also those of rotated files.
    InPlace { root: PathBuf, template: Template, names: Compiled },
}

impl Plan {
    /// The file, or of several the directory that they are in.
    pub(super) fn path(&self) -> &Path {
        match &self.layout {
            Layout::Fixed { path, .. } => path,
            Layout::InPlace { root, .. } => root,
        }
    }

    /// What the names of rotated files are below of.
    pub(super) fn directory(&self) -> &Path {
        match &self.layout {
            Layout::Fixed { path, .. } => path.parent().unwrap_or(Path::new("")),
            Layout::InPlace { root, .. } => root,
        }
    }

    pub(super) fn names(&self) -> Option<&Compiled> {
        match &self.layout {
            Layout::Fixed { names, .. } => names.as_ref(),
            Layout::InPlace { names, .. } => Some(names),
        }
    }

    pub(super) fn rotates(&self) -> bool {
        self.names().is_some()
    }

    pub(super) fn is_in_place(&self) -> bool {
        matches!(self.layout, Layout::InPlace { .. })
    }

    /// Whether a path is one of those that rotated files have.
    pub(super) fn is_own(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(self.directory()) else { return false };
        let components: Option<Vec<&str>> = below.iter().map(|component| component.to_str()).collect();
        match (self.names(), components) {
            (Some(Compiled::Template(template)), Some(components)) => template.recognise(&components).is_some(),
            (Some(Compiled::Custom(custom)), Some(components)) => {
                matches!(components.as_slice(), [name] if (custom.is_own)(name))
            }
            _ => false,
        }
    }

    pub(super) fn lock_path(&self) -> PathBuf {
        match &self.layout {
            Layout::Fixed { path, .. } => beside(path, ".lock"),
            Layout::InPlace { root, template, .. } => root.join(std::format!(".{}.lock", template.as_file_name())),
        }
    }

    /// What a file that began at this moment is named by.
    pub(super) fn time_of(&self, started: i64) -> Civil {
        match &self.schedule {
            Some(schedule) => schedule.start(started),
            None => Civil::of(started + i64::from(self.zone.offset_at(started))),
        }
    }

    /// What rotated files may have together.
    pub(super) fn budget(&self) -> Option<u64> {
        self.quota.map(|quota| quota.budget)
    }

    /// What a process locks while it compresses, if only one may at a time.
    pub(super) fn compression_lock_path(&self) -> PathBuf {
        match &self.layout {
            Layout::Fixed { path, .. } => beside(path, ".compression.lock"),
            Layout::InPlace { root, template, .. } => {
                root.join(std::format!(".{}.compression.lock", template.as_file_name()))
            }
        }
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("layout", &self.layout).field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl File {
    /// Puts the settings together.
    pub(super) fn plan(&self) -> Result<Plan, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut rotation = self.rotation.clone();
        let place = self.place_for(&mut rotation).map_err(|problem| problems.push(problem)).ok();
        if let Some(rotation) = &rotation {
            problems.extend(rotation.problems());
        } else if place.is_some() {
            let unused = [
                ("names", "names", self.names.is_some()),
                ("retention", "a retention", !self.retention.is_all()),
                ("compression", "compression", self.compression.codec.is_some()),
            ];
            for (setting, shown, _) in unused.into_iter().filter(|(_, _, is_set)| *is_set) {
                problems.push(
                    problem(
                        std::format!("it has {shown}, and is never rotated"),
                        "set `rotation`, or leave that to the tool that rotates it",
                    )
                    .of(setting),
                );
            }
        }
        let layout = place.and_then(|place| {
            let layout = self.layout(place, rotation.as_ref());
            layout.map_err(|problem| problems.push(problem)).ok()
        });
        problems.extend(self.compression.problems());
        let limit = rotation.as_ref().and_then(Rotation::limit);
        problems.extend(self.retention.problems(limit, self.compression.codec.is_some()));
        let limit = limit.or(self.retention.bytes().filter(|_| rotation.is_some()).map(|total| (total / PARTS).max(1)));
        self.check_others(limit, layout.as_ref(), &mut problems);
        let compresses = self.compression.codec.is_some();
        let quota = self.retention.bytes().zip(limit).map(|(total, limit)| Quota::new(total, limit, compresses));
        match layout {
            Some(layout) if problems.is_empty() => Ok(Plan {
                layout,
                limit: quota.map_or(limit, |quota| Some(quota.limit)),
                quota,
                schedule: rotation.as_ref().and_then(Rotation::schedule),
                zone: rotation.as_ref().map_or_else(|| Rotation::default().offsets(), Rotation::offsets),
                on_start: rotation.as_ref().is_some_and(|rotation| rotation.on_start),
                when: rotation.as_ref().and_then(|rotation| rotation.when.clone()),
                retention: self.retention.clone(),
                compression: self.compression,
                fsync: self.fsync,
                mode: self.mode,
                header: self.header,
                preallocate: self.preallocate,
                link: self.link.clone(),
            }),
            _ => Err(problems),
        }
    }

    fn check_others(&self, limit: Option<u64>, layout: Option<&Layout>, problems: &mut Vec<Problem>) {
        const OWNER: u32 = 0o600;
        if self.mode & OWNER != OWNER || self.mode > 0o777 {
            problems.push(
                problem(
                    std::format!("the mode `{:#o}` does not let its owner read and write, or is none", self.mode),
                    "give one such as `0o600` or `0o640`",
                )
                .of("mode"),
            );
        }
        if let (Some(bytes), Some(limit)) = (self.preallocate, limit)
            && bytes > limit
        {
            problems.push(
                problem(
                    std::format!("`{}` are put aside for files of `{}`", Size::new(bytes), Size::new(limit)),
                    "preallocate the size of the rotation, or less",
                )
                .of("preallocate"),
            );
        } else if let Some(bytes) = self.preallocate
            && i64::try_from(bytes).is_err()
        {
            problems.push(
                problem(
                    std::format!("`{bytes}` bytes are put aside for each file, and none can be that large"),
                    "preallocate what a file comes to, such as `100_000_000`",
                )
                .of("preallocate"),
            );
        }
        if let Some(link) = &self.link {
            let is_the_file = matches!(layout, Some(Layout::Fixed { path, .. }) if path == link);
            let there = std::fs::symlink_metadata(link);
            let is_taken = cfg!(unix) && there.is_ok_and(|there| !there.file_type().is_symlink());
            if link.file_name().is_none() || is_the_file || is_taken {
                problems.push(
                    problem(
                        std::format!("the link `{}` to the current file would replace something else", link.display()),
                        "give a path at which there is nothing, or such a link",
                    )
                    .of("current_link"),
                );
            }
        }
    }

    /// Where the file is, and if its name says how often it changes, the rotation.
    fn place_for(&self, rotation: &mut Option<Rotation>) -> Result<Found, Problem> {
        let pattern = match &self.place {
            Place::Path(path) if path.file_name().is_none() => {
                return Err(problem("the path has no name of a file", "give the path of a file, such as `app.log`"));
            }
            Place::Path(path) if is_of_directory(path) => {
                let example = path.join("app.log");
                return Err(problem(
                    std::format!("the path `{}` is that of a directory, by its end", path.display()),
                    std::format!("give the path of a file, such as `{}`", example.display()),
                ));
            }
            Place::Path(path) => return Ok(Found::Path(path.clone())),
            Place::Pattern(pattern) => pattern,
        };
        let components: Vec<&str> = pattern.split('/').collect();
        let last = components.len() - 1;
        let first = components.iter().position(|component| component.contains(['{', '}'])).unwrap_or(last);
        let root = match components[..first].join("/") {
            root if root.is_empty() && first > 0 => PathBuf::from("/"),
            root => PathBuf::from(root),
        };
        let mut given = Given::of_process();
        let name = components[last];
        let behind_holes = name.rfind('}').map_or(0, |index| index + 1);
        if let Some(point) = name[behind_holes..].rfind('.').filter(|point| behind_holes + point > 0) {
            given.extension = String::from(&name[behind_holes + point..]);
        }
        let template = Template::parse(&components[first..].join("/"), &given)
            .map_err(|error| problem("the path is no pattern", error))?;
        let Some(finest) = template.finest() else {
            if template.has_number() {
                if rotation.is_none() {
                    return Err(problem("the path has a number, and the file is never rotated", "set `rotation`"));
                }
                return Ok(Found::Pattern(root, template));
            }
            return Ok(Found::Path(root.join(template.render(&Key::default()))));
        };
        let rotation = rotation.get_or_insert_with(|| match finest {
            Unit::Year | Unit::Month => Rotation::monthly(),
            Unit::Day => Rotation::daily(),
            Unit::Hour => Rotation::hourly(),
            Unit::Minute => Rotation::every(std::time::Duration::from_secs(60)),
            Unit::Second => Rotation::every(std::time::Duration::from_secs(1)),
        });
        names::check(&template, rotation.period(), rotation.is_more_than_time())
            .map_err(|(why, way_out)| problem(std::format!("its paths {why}"), way_out))?;
        Ok(Found::Pattern(root, template))
    }

    fn layout(&self, place: Found, rotation: Option<&Rotation>) -> Result<Layout, Problem> {
        match place {
            Found::Pattern(root, template) if self.names.is_none() => {
                Ok(Layout::InPlace { root, names: Compiled::Template(template.clone()), template })
            }
            Found::Pattern(..) => Err(problem(
                "it has names for rotated files, and is not renamed since its path has dates or numbers",
                "leave out `names`, or give a path without them",
            )
            .of("names")),
            Found::Path(path) => {
                let Some(rotation) = rotation else { return Ok(Layout::Fixed { path, names: None }) };
                let period: Option<Period> = rotation.period();
                let usual = || if period.is_some() { Names::dated() } else { Names::numbered() };
                let names = self.names.clone().unwrap_or_else(usual);
                let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                    return Err(problem(
                        "it is rotated, and its name is no Unicode text",
                        "give it a name in UTF-8, or leave out the rotation",
                    ));
                };
                let names = names.compile(name, period, rotation.is_more_than_time())?;
                Ok(Layout::Fixed { path, names: Some(names) })
            }
        }
    }
}

/// Whether a path ends as only that of a directory does, which `Path` does not tell: `logs/` and `logs/.`.
fn is_of_directory(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_separator = |byte: &u8| std::path::is_separator(char::from(*byte));
    bytes
        .strip_suffix(b".")
        .filter(|rest| rest.last().is_some_and(is_separator))
        .or(Some(bytes))
        .is_some_and(|bytes| bytes.last().is_some_and(is_separator))
}

/// What a path turned out to be.
enum Found {
    Path(PathBuf),
    /// The directory, and what is below it.
    Pattern(PathBuf, Template),
}
