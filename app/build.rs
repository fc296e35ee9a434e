//! Tells cargo that the folder of words is part of the crate: a new file there is no change of any source.

fn main() {
    println!("cargo::rerun-if-changed=locales");
}
