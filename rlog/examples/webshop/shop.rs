//! What the shop does: orders, payments, and the errors that come with them.

use rlog::{Loggable, debug, error, info, warn};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, thread};

/// An order as it is kept, and as it is logged.
#[derive(Debug, Clone, Loggable)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) customer: String,
    pub(crate) items: Vec<Item>,
    pub(crate) state: State,
}

#[derive(Debug, Clone, Loggable)]
pub(crate) struct Item {
    pub(crate) article: &'static str,
    pub(crate) quantity: u32,
    pub(crate) price: Money,
}

#[derive(Debug, Clone, Copy, Loggable)]
pub(crate) enum State {
    Open,
    Paid {
        #[log(unit = "ct")]
        cents: u64,
    },
}

/// An amount in cents.
#[derive(Debug, Clone, Copy, Default, Loggable)]
pub(crate) struct Money(u64);

impl Money {
    pub(crate) fn cents(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} EUR", self.0 / 100, self.0 % 100)
    }
}

/// Why an order could not be paid.
#[derive(Debug)]
pub(crate) enum PaymentError {
    NoSuchOrder(u64),
    Declined { order: u64 },
    Gateway { order: u64, source: GatewayError },
}

/// What the payment service, which this shop only pretends to have, answered.
#[derive(Debug)]
pub(crate) struct GatewayError {
    source: std::io::Error,
}

impl fmt::Display for PaymentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchOrder(order) => write!(f, "there is no order {order}"),
            Self::Declined { order } => write!(f, "the card for order {order} was declined"),
            Self::Gateway { order, .. } => write!(f, "order {order} could not be charged"),
        }
    }
}

impl std::error::Error for PaymentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Gateway { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the payment gateway did not answer")
    }
}

impl std::error::Error for GatewayError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

const ARTICLES: [(&str, u64); 4] = [("teapot", 2_990), ("cup", 890), ("saucer", 450), ("sugar bowl", 1_275)];

#[derive(Debug, Default)]
pub(crate) struct Shop {
    orders: Mutex<HashMap<u64, Order>>,
    last_order: AtomicU64,
}

impl Shop {
    pub(crate) fn open() -> Self {
        Self::default()
    }

    pub(crate) fn place_order(&self, customer: &str, article: usize, quantity: u32) -> Order {
        let (article, cents) = ARTICLES[article % ARTICLES.len()];
        let order = Order {
            id: self.last_order.fetch_add(1, Ordering::Relaxed) + 1,
            customer: customer.to_owned(),
            items: vec![Item { article, quantity, price: Money(cents) }],
            state: State::Open,
        };
        info!(order = &order, "order placed for {}", order.total());
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).insert(order.id, order.clone());
        order
    }

    pub(crate) fn find_order(&self, id: u64) -> Option<Order> {
        debug!(id, "looking for an order");
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    pub(crate) fn pay(&self, id: u64) -> Result<Money, PaymentError> {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let order = orders.get_mut(&id).ok_or(PaymentError::NoSuchOrder(id))?;
        let total = order.total();
        match id % 23 {
            7 => {
                warn!(order = id, amount = total.cents(), "payment declined");
                Err(PaymentError::Declined { order: id })
            }
            11 => {
                let timeout = std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer within 2 s");
                let err = PaymentError::Gateway { order: id, source: GatewayError { source: timeout } };
                error!(order = id, err = err, "payment failed");
                Err(err)
            }
            _ => {
                order.state = State::Paid { cents: total.cents() };
                info!(order = id, state = order.state, "order paid: {total}");
                Ok(total)
            }
        }
    }

    /// Takes its time, as reports do.
    pub(crate) fn report(&self) -> (u64, Money) {
        thread::sleep(Duration::from_millis(5));
        self.totals()
    }

    pub(crate) fn totals(&self) -> (u64, Money) {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let revenue = orders.values().filter(|order| matches!(order.state, State::Paid { .. })).map(Order::total);
        (orders.len() as u64, Money(revenue.map(Money::cents).sum()))
    }
}

impl Order {
    pub(crate) fn total(&self) -> Money {
        Money(self.items.iter().map(|item| item.price.cents() * u64::from(item.quantity)).sum())
    }
}
