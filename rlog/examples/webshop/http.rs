//! As much of HTTP/1.1 as the shop needs (RFC 9112), and its routes.

use crate::shop::{PaymentError, Shop};
use rlog::{debug, error, info, warn};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Slower than this is worth a warning.
const SLOW: Duration = Duration::from_millis(4);
/// More than any client of this shop has to say.
const MAX_BODY: usize = 1 << 10;

/// The threads that answer requests.
pub(crate) struct Server {
    threads: Vec<JoinHandle<()>>,
    closing: Arc<AtomicBool>,
}

pub(crate) struct Request {
    method: String,
    path: String,
    body: String,
}

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Answers requests on so many threads until [`Server::close`].
pub(crate) fn serve(listener: TcpListener, shop: Arc<Shop>, threads: u32) -> io::Result<Server> {
    let closing = Arc::new(AtomicBool::new(false));
    let threads = (0..threads)
        .map(|number| {
            let (listener, shop, closing) = (listener.try_clone()?, Arc::clone(&shop), Arc::clone(&closing));
            thread::Builder::new().name(format!("server-{number}")).spawn(move || {
                while let Ok((stream, peer)) = listener.accept() {
                    if closing.load(Ordering::Acquire) {
                        break;
                    }
                    if let Err(err) = converse(stream, &shop) {
                        warn!(%peer, err = err, "connection lost");
                    }
                }
            })
        })
        .collect::<io::Result<_>>()?;
    Ok(Server { threads, closing })
}

impl Server {
    pub(crate) fn close(self, address: SocketAddr) -> io::Result<()> {
        self.closing.store(true, Ordering::Release);
        // Each connection wakes one thread from `accept`, whichever it is.
        for _ in &self.threads {
            drop(TcpStream::connect(address)?);
        }
        for thread in self.threads {
            if thread.join().is_err() {
                error!("a server thread panicked");
            }
        }
        Ok(())
    }
}

/// Answers the requests of one connection until the client closes it.
fn converse(stream: TcpStream, shop: &Shop) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    while let Some(request) = read_request(&mut reader)? {
        let start = Instant::now();
        let response = route(&request, shop);
        write_response(&mut writer, &response)?;
        log_request(&request, response.status, start.elapsed());
    }
    Ok(())
}

fn log_request(Request { method, path, .. }: &Request, status: u16, elapsed: Duration) {
    let ms = elapsed.as_secs_f64() * 1e3;
    match status {
        500.. => error!(status, "{method} {path} failed after {ms:.1} ms"),
        400.. => warn!(status, "{method} {path} rejected"),
        _ if elapsed > SLOW => warn!(status, "{method} {path} took {ms:.1} ms"),
        _ => info!(status, "{method} {path} took {ms:.3} ms"),
    }
}

fn route(request: &Request, shop: &Shop) -> Response {
    let Request { method, path, body } = request;
    let mut segments = path.trim_start_matches('/').split('/');
    match (method.as_str(), segments.next(), segments.next(), segments.next()) {
        ("POST", Some("orders"), None, _) => {
            let mut words = body.split_whitespace();
            let order = (words.next(), words.next().map(str::parse), words.next().map(str::parse));
            let (Some(customer), Some(Ok(article)), Some(Ok(quantity @ 1..=9))) = order else {
                debug!(body, "not an order");
                return Response::new(422, "customer, article and a quantity from 1 to 9");
            };
            Response::new(201, shop.place_order(customer, article, quantity).id)
        }
        ("GET", Some("orders"), Some(id), None) => match id.parse().ok().and_then(|id| shop.find_order(id)) {
            Some(order) => Response::new(200, format_args!("{:?}", order.state)),
            None => Response::new(404, "no such order"),
        },
        ("POST", Some("orders"), Some(id), Some("payment")) => match id.parse().map(|id| shop.pay(id)) {
            Ok(Ok(total)) => Response::new(200, total),
            Ok(Err(error @ PaymentError::Gateway { .. })) => Response::new(502, error),
            Ok(Err(error)) => Response::new(402, error),
            Err(_) => Response::new(404, "no such order"),
        },
        ("GET", Some("report"), None, _) => {
            let (orders, revenue) = shop.report();
            Response::new(200, format_args!("{orders} orders, {revenue}"))
        }
        _ => Response::new(404, "no such page"),
    }
}

impl Response {
    fn new(status: u16, body: impl ToString) -> Self {
        Self { status, body: body.to_string() }
    }
}

/// The next request, or `None` at the end of the connection.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let Some((line, length)) = read_head(reader)? else { return Ok(None) };
    let mut words = line.split(' ');
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("not a request line: `{line}`")));
    };
    Ok(Some(Request { method: method.to_owned(), path: path.to_owned(), body: read_body(reader, length)? }))
}

fn write_response(writer: &mut impl Write, Response { status, body }: &Response) -> io::Result<()> {
    let message = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    writer.write_all(message.as_bytes())
}

/// Sends a request and waits for the answer.
pub(crate) fn exchange(
    stream: &mut BufReader<TcpStream>,
    method: &str,
    path: &str,
    body: &str,
) -> io::Result<Response> {
    let message = format!("{method} {path} HTTP/1.1\r\nhost: shop\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.get_mut().write_all(message.as_bytes())?;
    let (line, length) = read_head(stream)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Response { status, body: read_body(stream, length)? })
}

/// The first line of a message and the length of its body.
fn read_head(reader: &mut impl BufRead) -> io::Result<Option<(String, usize)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            return Ok(Some((first.trim_end().to_owned(), length)));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(|_| io::ErrorKind::InvalidData)?;
        }
    }
}

fn read_body(reader: &mut impl BufRead, length: usize) -> io::Result<String> {
    if length > MAX_BODY {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a body of {length} bytes")));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    String::from_utf8(body).map_err(|_| io::ErrorKind::InvalidData.into())
}
