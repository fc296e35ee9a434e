//! An nginx of Debian's package, configured as the documentation says.

use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use crate::service::{self, Recipe, Service};

/// Debian's place for it, which is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/nginx";
/// Where operators find the configuration of a proxy in front of several nodes.
const OPERATIONS: &str = include_str!("../../../docs/operations.md");
/// The files of a system's nginx, and who may write them, are another's: everything goes to its own folder.
const SURROUNDINGS: &str = "\
daemon off;
worker_processes 2;
pid nginx.pid;
events {}
http {
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
    uwsgi_temp_path uwsgi;
    log_format route '$status $upstream_addr $request_method $uri';
    access_log access.log route;
    include site.conf;
}
";

/// A proxy in front of servers on the loopback interface.
pub struct Nginx {
    _service: Service,
    folder: PathBuf,
    port: u16,
}

impl Nginx {
    /// Starts a proxy in front of the servers on these ports, which need not run yet.
    ///
    /// # Errors
    /// When the package is missing or the proxy does not get ready.
    pub fn start(upstreams: &[u16]) -> Result<Self> {
        ensure!(
            Path::new(PROGRAM).exists(),
            "nginx is missing; this installs it: sudo apt-get install nginx-light"
        );
        let (folder, mut command) = service::scratch("www-data")?;
        let port = service::free_port()?;
        fs::write(folder.join("nginx.conf"), SURROUNDINGS)?;
        fs::write(folder.join("site.conf"), site(documented()?, port, upstreams))?;
        let path = folder.display().to_string();
        command.extend([PROGRAM, "-e", "stderr", "-c", "nginx.conf", "-p"].map(str::to_owned));
        command.push(path);
        let service = Service::start(
            folder.clone(),
            Recipe {
                command,
                signal: "TERM",
            },
        )?;
        service.wait_until(|| TcpStream::connect(("127.0.0.1", port)).is_ok())?;
        Ok(Self {
            _service: service,
            folder,
            port,
        })
    }

    /// The origin that browsers see.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The requests so far, a line each: the status, the servers that were tried, the method and the path.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn requests(&self) -> Result<String> {
        fs::read_to_string(self.folder.join("access.log")).context("nginx has written no log")
    }

    /// What nginx has complained about.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn complaints(&self) -> Result<String> {
        fs::read_to_string(self.folder.join("server.log")).context("nginx has written no log")
    }
}

/// The configuration as it stands in the documentation.
fn documented() -> Result<&'static str> {
    let (_, rest) = OPERATIONS
        .split_once("```nginx\n")
        .context("docs/operations.md has no configuration of nginx")?;
    let (text, _) = rest.split_once("```").context("docs/operations.md is cut off")?;
    Ok(text)
}

/// The documented configuration on the loopback interface: other addresses, and no certificate.
fn site(documented: &str, port: u16, upstreams: &[u16]) -> String {
    let mut servers = upstreams.iter();
    let mut site = String::new();
    for line in documented.lines() {
        let words = line.trim_start();
        let kept = match words.split_once(' ') {
            Some(("server", address)) if address != "{" => servers.next().map(|upstream| {
                let parameters = address.split_once(' ').map_or(";", |(_, rest)| rest);
                format!("server 127.0.0.1:{upstream} {parameters}")
            }),
            Some(("listen", _)) => Some(format!("listen 127.0.0.1:{port};")),
            Some((directive, _)) if directive.starts_with("ssl_certificate") => None,
            Some(_) | None => Some(words.to_owned()),
        };
        if let Some(kept) = kept {
            site.push_str(&kept);
            site.push('\n');
        }
    }
    site
}
