//! The listener: takes connections once the process can serve them, and stops without turning away one that has already
//! been made.

use super::{Drain, Stage};
use axum::serve::Listener;
use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    net::SocketAddr,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Where connections come in, until the drain closes it.
pub struct Door {
    listener: Option<TcpListener>,
    waiting: VecDeque<(TcpStream, SocketAddr)>,
    address: SocketAddr,
    stage: watch::Receiver<Stage>,
}

impl Door {
    /// Takes the address; until the door is opened, whoever connects is refused and may try another node.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // The connections of the process before may linger in the system.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    }

    /// Lets connections in.
    ///
    /// # Errors
    /// When the system refuses, such as when another process was quicker to listen.
    pub fn open(socket: TcpSocket, drain: &Drain) -> io::Result<Self> {
        let listener = socket.listen(BACKLOG)?;
        Ok(Self {
            address: listener.local_addr()?,
            listener: Some(listener),
            waiting: VecDeque::new(),
            stage: drain.stage.subscribe(),
        })
    }

    /// Takes the connections the system has already made, then closes: dropping them would break requests on their way.
    fn close(&mut self) {
        let Some(Ok(listener)) = self.listener.take().map(TcpListener::into_std) else {
            return;
        };
        loop {
            match listener.accept() {
                Ok((stream, peer)) => {
                    let stream = stream.set_nonblocking(true).map(|()| stream);
                    self.waiting
                        .extend(stream.and_then(TcpStream::from_std).map(|stream| (stream, peer)));
                }
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::Interrupted | ErrorKind::ConnectionAborted
                    ) => {}
                Err(_) => return,
            }
        }
    }
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            if let Some(made) = self.waiting.pop_front() {
                return made;
            }
            let Some(listener) = &mut self.listener else {
                return std::future::pending().await;
            };
            tokio::select! {
                made = <TcpListener as Listener>::accept(listener) => return made,
                _ = self.stage.wait_for(|stage| *stage == Stage::Closed) => {}
            }
            self.close();
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{net::TcpStream as Client, sync::Arc, time::Duration};

    const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

    const SOON: Duration = Duration::from_millis(100);

    fn opened() -> (Door, Arc<Drain>) {
        let drain = Drain::new();
        (Door::open(Door::reserve(ANY).unwrap(), &drain).unwrap(), drain)
    }

    #[tokio::test]
    async fn a_reserved_address_is_taken_and_refuses_connections() {
        let socket = Door::reserve(ANY).unwrap();
        let address = socket.local_addr().unwrap();
        assert!(Client::connect(address).is_err());
        let drain = Drain::new();
        let _door = Door::open(socket, &drain).unwrap();
        assert!(Client::connect(address).is_ok());
        assert!(Door::reserve(address).is_err());
    }

    #[tokio::test]
    async fn connections_made_before_the_end_are_taken_and_later_ones_refused() {
        let (mut door, drain) = opened();
        let address = door.local_addr().unwrap();
        let clients: Vec<Client> = (0..20).map(|_| Client::connect(address).unwrap()).collect();
        drain.enter(Stage::Closed);
        for _ in &clients {
            let (_, peer) = tokio::time::timeout(SOON, door.accept()).await.unwrap();
            assert!(clients.iter().any(|client| client.local_addr().unwrap() == peer));
        }
        let another = tokio::time::timeout(SOON, door.accept()).await;
        assert!(another.is_err());
        assert!(Client::connect(address).is_err());
    }
}
