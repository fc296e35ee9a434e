//! Forms that name a ceremony in `data-passkey` are filled by it: the browser is asked what `data-ask` answers, and
//! its answer is sent as any other form. Autofill offers passkeys as soon as the page is there.
//!
//! The browser's own JSON forms are used; a browser without them keeps the page as it is without script.

mod this_device;

use super::act_form::{self, Native};
use leptos::{
    prelude::{document, window},
    task::spawn_local,
};
use std::cell::RefCell;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Element, HtmlElement, HtmlFormElement, HtmlInputElement,
    js_sys::{Array, Function, JSON, Object, Promise, Reflect},
};

thread_local! {
    /// Stops the autofill under way, for a browser asks one thing at a time.
    static AUTOFILL: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// Shows the page's passkey forms where the browser can do it, and offers passkeys in autofill.
pub(super) fn listen() {
    let Some(class) = class() else {
        return;
    };
    let Ok(forms) = document().query_selector_all("form[data-passkey]") else {
        return;
    };
    for form in (0..forms.length()).filter_map(|at| forms.item(at)) {
        if let Ok(form) = form.dyn_into::<HtmlFormElement>() {
            form.set_hidden(false);
            if is(&form, "get") {
                spawn_local(autofill(form));
            }
        }
    }
    spawn_local(tell_what_can_be(class.clone()));
    tell_accepted(&class);
    this_device::mark();
}

/// Asks the browser for a passkey and sends what it answers.
pub(super) async fn submit(form: HtmlFormElement, act: String, button: Option<HtmlElement>) {
    AUTOFILL.with(|under_way| {
        if let Some(autofill) = under_way.borrow_mut().take() {
            autofill.abort();
        }
    });
    act_form::begin(&form, button.as_ref());
    match asked(&form).await {
        Ok(asked) => match perform(&form, &asked, None).await {
            Ok(()) => return act_form::submit(form, act, button).await,
            Err(_) => {
                act_form::end(&form, button.as_ref());
                let text = form.get_attribute("data-failed").unwrap_or_default();
                let _ = act_form::show(&form, &text, None);
            }
        },
        Err(Native) => {
            act_form::end(&form, button.as_ref());
            let _ = form.submit();
            return;
        }
    }
    if is(&form, "get") {
        autofill(form).await;
    }
}

fn is(form: &HtmlFormElement, ceremony: &str) -> bool {
    form.get_attribute("data-passkey").as_deref() == Some(ceremony)
}

/// A challenge and the ceremony it belongs to.
struct Asked {
    ceremony: String,
    options: String,
}

async fn asked(form: &HtmlFormElement) -> Result<Asked, Native> {
    let ask = form.get_attribute("data-ask").ok_or(Native)?;
    let (ok, answer) = act_form::post(form, &ask, None).await?;
    let word = |name: &str| {
        answer
            .get(name)
            .and_then(|value| value.as_str())
            .map(str::to_owned)
    };
    if !ok {
        return Err(Native);
    }
    Ok(Asked {
        ceremony: word("ceremony").ok_or(Native)?,
        options: word("options").ok_or(Native)?,
    })
}

/// Offers passkeys in the autofill of the page's fields.
async fn autofill(form: HtmlFormElement) {
    let field = document().query_selector("input[autocomplete~='webauthn']");
    let Some(class) = class().filter(|_| matches!(field, Ok(Some(_)))) else {
        return;
    };
    if !says_yes(&class, "isConditionalMediationAvailable").await {
        return;
    }
    let (Ok(asked), Ok(stop)) = (asked(&form).await, AbortController::new()) else {
        return;
    };
    AUTOFILL.with(|under_way| *under_way.borrow_mut() = Some(stop.clone()));
    if perform(&form, &asked, Some(&stop)).await.is_ok()
        && let Some(act) = form.get_attribute("data-act")
    {
        act_form::submit(form, act, None).await;
    }
}

/// Runs the form's ceremony and fills in the answer; in autofill it waits until a passkey is chosen there.
async fn perform(
    form: &HtmlFormElement,
    asked: &Asked,
    autofill: Option<&AbortController>,
) -> Result<(), JsValue> {
    let (parse, method) = match is(form, "create") {
        true => ("parseCreationOptionsFromJSON", "create"),
        false => ("parseRequestOptionsFromJSON", "get"),
    };
    let class = class().ok_or(JsValue::NULL)?;
    let request = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&request, &name.into(), value);
    set("publicKey", &call(&class, parse, &JSON::parse(&asked.options)?)?)?;
    if let Some(stop) = autofill {
        set("mediation", &"conditional".into())?;
        set("signal", &stop.signal())?;
    }
    let navigator = get(&window(), "navigator")?;
    let promise = call(&get(&navigator, "credentials")?, method, &request)?;
    let credential = JsFuture::from(promise.dyn_into::<Promise>()?).await?;
    let answer = call(&credential, "toJSON", &JsValue::UNDEFINED)?;
    if get(&answer, "authenticatorAttachment")?.as_string().as_deref() == Some("platform") {
        this_device::remember(&get(&answer, "id")?);
    }
    let answer = JSON::stringify(&answer)?;
    fill(form, "ceremony", &asked.ceremony);
    fill(form, "answer", &String::from(answer));
    Ok(())
}

fn fill(form: &HtmlFormElement, name: &str, value: &str) {
    let input = form.query_selector(&format!("input[name='{name}']"));
    if let Ok(Some(input)) = input
        && let Ok(input) = input.dyn_into::<HtmlInputElement>()
    {
        input.set_value(value);
    }
}

/// Tells the server, by the cookie that the page names, if this device makes passkeys by itself.
async fn tell_what_can_be(class: JsValue) {
    let cookie = document()
        .body()
        .and_then(|body| body.get_attribute("data-makes-passkeys"));
    let Some(cookie) = cookie else {
        return;
    };
    if says_yes(&class, "isUserVerifyingPlatformAuthenticatorAvailable").await {
        let _ = Reflect::set(&document(), &"cookie".into(), &cookie.into());
    }
}

/// Tells password managers which passkeys of the person are still good: the others may go.
fn tell_accepted(class: &JsValue) {
    let Ok(Some(told)) = document().query_selector("[data-passkeys-of]") else {
        return;
    };
    let word = |name: &str| Element::get_attribute(&told, name).unwrap_or_default();
    let ids: Array = word("data-accepted")
        .split_whitespace()
        .map(JsValue::from)
        .collect();
    let request = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&request, &name.into(), value).is_ok();
    let whole = set("rpId", &word("data-relying-party").into())
        && set("userId", &word("data-passkeys-of").into())
        && set("allAcceptedCredentialIds", &ids);
    if whole && let Ok(promise) = call(class, "signalAllAcceptedCredentials", &request) {
        spawn_local(async move {
            if let Ok(promise) = promise.dyn_into::<Promise>() {
                let _ = JsFuture::from(promise).await;
            }
        });
    }
}

/// `PublicKeyCredential`, where the browser reads and writes its JSON forms.
fn class() -> Option<JsValue> {
    let class = get(&window(), "PublicKeyCredential").ok()?;
    let reads = get(&class, "parseRequestOptionsFromJSON").ok()?;
    reads.is_function().then_some(class)
}

async fn says_yes(class: &JsValue, question: &str) -> bool {
    let Ok(promise) = call(class, question, &JsValue::UNDEFINED) else {
        return false;
    };
    let Ok(promise) = promise.dyn_into::<Promise>() else {
        return false;
    };
    JsFuture::from(promise)
        .await
        .is_ok_and(|answer| answer.is_truthy())
}

fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &name.into())
}

fn call(of: &JsValue, method: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    get(of, method)?.dyn_into::<Function>()?.call1(of, argument)
}
