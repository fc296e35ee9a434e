//! What a sign-in proved: authentication methods (RFC 8176) and the class that follows from them.

/// An authentication method reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amr {
    /// A password.
    Pwd,
}

impl Amr {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
        }
    }
}

/// An authentication context class, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Acr {
    /// One factor.
    OneFactor,
}

impl Acr {
    /// Every class that a sign-in can reach, weakest first.
    pub const ALL: [Self; 1] = [Self::OneFactor];

    /// The class named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|acr| acr.as_str() == text)
    }

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneFactor => "urn:signet:acr:1",
        }
    }

    /// Computed from what was proven, never stored.
    pub fn of(methods: &[Amr]) -> Option<Self> {
        (!methods.is_empty()).then_some(Self::OneFactor)
    }
}
