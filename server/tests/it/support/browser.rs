//! A browser without script: it keeps cookies, follows no redirect unasked, and fills in forms as they are.

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header},
};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};
use tower::ServiceExt as _;

/// The most that a body holds here.
const MOST: usize = 32 << 20;

/// What was asked, and the answer.
pub type Heard = (String, Answer);

#[derive(Clone)]
pub struct Browser {
    wire: Wire,
    origin: String,
    prefix: String,
    pub cookies: BTreeMap<String, String>,
    /// What was asked and what came back, if somebody listens; clones share it.
    pub heard: Option<Arc<Mutex<Vec<Heard>>>>,
    /// Where a proxy says that it is.
    pub from: Option<String>,
}

/// How requests get there.
#[derive(Clone)]
enum Wire {
    InProcess(Router),
    Http(reqwest::Client, Cut),
}

/// What a connection that breaks is to a browser.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Fails,
    Waits,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// A form as it stands on a page.
#[derive(Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Browser {
    pub fn new(router: Router, prefix: String) -> Self {
        Self {
            wire: Wire::InProcess(router),
            origin: "http://localhost:4000".to_owned(),
            prefix,
            cookies: BTreeMap::new(),
            heard: None,
            from: None,
        }
    }

    /// A browser of a server that is another process.
    pub fn over_http(origin: String) -> Self {
        Self::over_tcp(origin, Ipv4Addr::LOCALHOST, Cut::Fails, HeaderMap::new())
    }

    /// A browser at an address of its own, whose server may be killed: then it waits for ever.
    pub fn of_a_mortal(origin: String, address: Ipv4Addr) -> Self {
        Self::over_tcp(origin, address, Cut::Waits, HeaderMap::new())
    }

    /// A browser behind a proxy that says so: of an address of its own.
    pub fn from_address(origin: String, address: &str) -> Self {
        let said = HeaderValue::try_from(address).unwrap();
        let headers = HeaderMap::from_iter([(HeaderName::from_static("x-forwarded-for"), said)]);
        Self::over_tcp(origin, Ipv4Addr::LOCALHOST, Cut::Fails, headers)
    }

    fn over_tcp(origin: String, address: Ipv4Addr, cut: Cut, headers: HeaderMap) -> Self {
        rustls::crypto::aws_lc_rs::default_provider()
            .install_default()
            .ok();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .local_address(std::net::IpAddr::from(address))
            .default_headers(headers)
            .no_proxy();
        Self {
            wire: Wire::Http(client.build().unwrap(), cut),
            origin,
            prefix: String::new(),
            cookies: BTreeMap::new(),
            heard: None,
            from: None,
        }
    }

    /// GET of a path within the realm, an absolute path, or an absolute address of this deployment.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &form, Body::from(body)).await
    }

    pub async fn post_with(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(Method::POST, path, &all, Body::from(body)).await
    }

    /// Sends a form with a file, as browsers do.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part =
                format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let (name, bytes) = file;
        let part = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a.svg\"\r\n\
             content-type: image/svg+xml\r\n\r\n"
        );
        body.extend(part.into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let form = [("content-type", "multipart/form-data; boundary=edge")];
        self.send(Method::POST, path, &form, Body::from(body)).await
    }

    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(self.resolve(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(from) = &self.from {
            request = request.header("x-forwarded-for", from);
        }
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost:4000");
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let sent = axum::body::to_bytes(body, MOST).await.unwrap();
        let asked = format!("{} {}", self.resolve(path), String::from_utf8_lossy(&sent));
        let request = request.body(Body::from(sent)).unwrap();
        let answer = self.wire.carry(request, &self.origin).await;
        if let Some(heard) = &self.heard {
            heard.lock().unwrap().push((asked, answer.clone()));
        }
        self.keep_cookies(&answer.headers);
        answer
    }

    /// A request that waits for somebody to sign in; it leads to their account.
    pub async fn waiting(&mut self) -> String {
        let to = self.get("/login").await.location().unwrap();
        interaction_of(&to)
    }

    /// Gives address and password to the request that waits.
    pub async fn password(&mut self, interaction: &str, email: &str, password: &str) -> Answer {
        let fields = [
            ("interaction", interaction),
            ("identifier", email),
            ("password", password),
        ];
        self.post("/login", &fields).await
    }

    /// Follows redirects within the deployment; stops at the first answer that leads elsewhere or nowhere.
    pub async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            match answer.location() {
                Some(to) if to.starts_with('/') || to.starts_with(&format!("{}/", self.origin)) => {
                    answer = self.get(&to).await
                }
                Some(_) | None => return answer,
            }
        }
        panic!("too many redirects");
    }

    /// Posts the form on `page` that has a field or button named `name`, with these values filled in.
    pub async fn submit(&mut self, page: &Answer, name: &str, values: &[(&str, &str)]) -> Answer {
        let form = page.form(name);
        let filled: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
        let kept = form
            .fields
            .iter()
            .filter(|(name, _)| !filled.contains(&name.as_str()));
        let mut fields: Vec<(&str, &str)> = kept
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.extend_from_slice(values);
        self.post(&form.action, &fields).await
    }

    fn resolve(&self, path: &str) -> String {
        if let Some(path) = path.strip_prefix(&self.origin) {
            return path.to_owned();
        }
        if path.starts_with("/realms/")
            || path.starts_with("/.well-known/oauth-authorization-server/")
            || self.prefix.is_empty()
        {
            return path.to_owned();
        }
        format!("{}{path}", self.prefix)
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Wire {
    async fn carry(&self, mut request: Request<Body>, origin: &str) -> Answer {
        match self {
            Self::InProcess(router) => {
                request
                    .extensions_mut()
                    .insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))));
                let response = router.clone().oneshot(request).await.unwrap();
                let (parts, body) = response.into_parts();
                let body = axum::body::to_bytes(body, MOST).await.unwrap();
                Answer {
                    status: parts.status,
                    headers: parts.headers,
                    body: String::from_utf8_lossy(&body).into_owned(),
                }
            }
            Self::Http(client, cut) => {
                let (parts, body) = request.into_parts();
                let body = axum::body::to_bytes(body, MOST).await.unwrap();
                let sent = client.request(parts.method, format!("{origin}{}", parts.uri));
                match (whole(sent.headers(parts.headers).body(body)).await, cut) {
                    (Ok(answer), _) => answer,
                    (Err(_), Cut::Waits) => std::future::pending().await,
                    (Err(error), Cut::Fails) => panic!("{error}"),
                }
            }
        }
    }
}

async fn whole(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    Ok(Answer {
        status: response.status(),
        headers: response.headers().clone(),
        body: response.text().await?,
    })
}

impl Answer {
    pub fn location(&self) -> Option<String> {
        self.headers
            .get(header::LOCATION)
            .map(|value| value.to_str().unwrap().to_owned())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.body))
    }

    /// `error` of the document, empty when there is none.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    /// The parameters of the redirect.
    pub fn redirect_parameters(&self) -> BTreeMap<String, String> {
        let location = self
            .location()
            .unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.body));
        query_of(&location)
    }

    /// The address of a link that begins with `to`.
    pub fn link(&self, to: &str) -> Option<String> {
        let tags = self.body.split("<a ").skip(1);
        let mut addresses = tags.filter_map(|tag| attribute(&format!(" {tag}"), "href"));
        addresses.find(|address| address.starts_with(to))
    }

    /// The form that has a field or button named `name`.
    pub fn form(&self, name: &str) -> Form {
        let wanted = format!("name=\"{name}\"");
        let found = self
            .body
            .split("<form")
            .skip(1)
            .find(|form| form.split("</form>").next().unwrap().contains(&wanted));
        let form = found.unwrap_or_else(|| panic!("no form with {name}: {} {}", self.status, self.body));
        let (tag, rest) = form.split_once('>').unwrap();
        let inside = rest.split("</form>").next().unwrap();
        let inputs = inside
            .split("<input")
            .skip(1)
            .map(|input| input.split('>').next().unwrap());
        let sent = inputs.filter(|input| {
            let kind = attribute(input, "type").unwrap_or_default();
            kind == "hidden" || (!matches!(kind.as_str(), "checkbox" | "radio")) || input.contains(" checked")
        });
        let fields = sent
            .filter_map(|input| {
                Some((
                    attribute(input, "name")?,
                    attribute(input, "value").unwrap_or_default(),
                ))
            })
            .collect();
        Form {
            action: attribute(tag, "action").unwrap_or_default(),
            fields,
        }
    }
}

/// The request that a path of this deployment names.
pub fn interaction_of(path: &str) -> String {
    let id = path
        .split("interaction=")
        .nth(1)
        .unwrap_or_else(|| panic!("no request: {path}"));
    id.split('&').next().unwrap().to_owned()
}

/// The parameters in the query of an address.
pub fn query_of(address: &str) -> BTreeMap<String, String> {
    let url = url::Url::parse(address).unwrap();
    url.query_pairs().into_owned().collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = tag[start..].split('"').next()?;
    Some(
        value
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'"),
    )
}
