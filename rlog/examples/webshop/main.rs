//! A small web shop: a real HTTP service on the loopback interface, and clients in the same program that send it a few
//! thousand requests. Some succeed, some are rejected, some fail, some are slow, and each is logged.
//!
//! ```text
//! cargo run --release --example webshop            # coloured lines on a terminal, and logs/webshop.json
//! cargo run --release --example webshop | head     # plain text when redirected
//! RLOG=debug cargo run --release --example webshop # more of it
//! cargo run --release --example webshop catalogue  # every log statement of this program, as a table (or `--json`)
//! ```

mod client;
mod http;
mod shop;

use rlog::{Console, File, Handler, HandlerBuilder, HandlerError, Json, Level, Record, Text, info, notice};
use std::env;
use std::error::Error;
use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const LOG_FILE: &str = "logs/webshop.json";
const CLIENTS: u32 = 4;
const REQUESTS_PER_CLIENT: u32 = 750;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {}
        ["catalogue"] => return catalogue(false),
        ["catalogue", "--json"] => return catalogue(true),
        _ => return Err("usage: webshop [catalogue [--json]]".into()),
    }
    let _guard = rlog::builder()
        .level(Level::INFO)
        .handler(Console::stdout())
        .handler(File::new(LOG_FILE).formatter(Json::new().location(true)).name("file"))
        .init()?;
    let answers = run()?;
    let flushed = rlog::flush(Duration::from_secs(5));
    summarize(flushed, &answers);
    Ok(if answers.total() == CLIENTS * REQUESTS_PER_CLIENT { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints what the program can log. The shop is run once, so that the kinds of values are known.
#[allow(clippy::print_stdout, reason = "the output of the command")]
fn catalogue(json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let nowhere = HandlerBuilder::new(Nowhere).formatter(Text::new());
    let _guard = rlog::builder().environment(false).level(Level::TRACE).handler(nowhere).init()?;
    run()?;
    rlog::flush(Duration::from_secs(5));
    let catalogue = rlog::catalogue();
    if json {
        print!("{}", catalogue.to_json());
    } else {
        print!("{catalogue}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes records and does nothing with them.
struct Nowhere;

impl Handler for Nowhere {
    fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        Ok(())
    }
}

/// Opens the shop, lets the clients in, and closes it.
fn run() -> Result<client::Answers, Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let shop = Arc::new(shop::Shop::open());
    notice!(%address, clients = CLIENTS, requests = CLIENTS * REQUESTS_PER_CLIENT, "shop opens");

    let server = http::serve(listener, Arc::clone(&shop), 4)?;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            thread::Builder::new()
                .name(format!("client-{number}"))
                .spawn(move || client::shop_around(address, number, REQUESTS_PER_CLIENT))
        })
        .collect::<Result<_, _>>()?;
    let mut answers = client::Answers::default();
    for client in clients {
        answers += client.join().map_err(|_| "a client panicked")??;
    }
    server.close(address)?;
    let (orders, revenue) = shop.totals();
    info!(orders, revenue = revenue.cents(), ?answers, "shop closes");
    Ok(answers)
}

/// What the logger did, on stderr, so that redirected output holds log lines only.
#[allow(clippy::print_stderr, reason = "a summary for the person who ran the example")]
fn summarize(flushed: bool, answers: &client::Answers) {
    let stats = rlog::stats();
    eprintln!();
    eprintln!("{} requests answered: {answers:?}", answers.total());
    eprintln!("log statements in this program: {}", rlog::callsites().count());
    eprintln!("records emitted: {}, dropped: {}, all written: {flushed}", stats.taken, stats.dropped.total());
    for handler in &stats.handlers {
        let rlog::HandlerStats { name, written, dropped, bytes, .. } = handler;
        eprintln!("  {name:8} {written:6} written, {dropped} dropped, {bytes} bytes");
    }
    let path = Path::new(LOG_FILE);
    eprintln!("JSON log: {}", path.canonicalize().unwrap_or_else(|_| path.into()).display());
}
