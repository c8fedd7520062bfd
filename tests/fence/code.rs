//! The code as `syn` reads it: modules, and every path that stands in one.
//!
//! Text alone was not enough: `use crate::{a, b}` and `super::super::a` name a room
//! as well. The body of a macro is not parsed, so its tokens are searched for
//! `crate::`, `super::` and `self::`. What is compiled for tests alone is left out.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// One file of the program.
#[derive(Debug)]
pub(crate) struct Module {
    /// `["app", "frame"]`; nothing for `lib.rs`.
    pub(crate) path: Vec<String>,
    pub(crate) file: PathBuf,
    /// What it names: of our own code from `crate` on, else as written.
    pub(crate) named: Vec<Vec<String>>,
    /// What is in scope by a `use`, and where it is from.
    imports: BTreeMap<String, Vec<String>>,
    /// The documentation of the module itself.
    pub(crate) doc: String,
}

impl Module {
    /// `app`, `model`; of the two crate roots `lib` and `main`.
    pub(crate) fn room(&self) -> &str {
        self.path.first().map_or("lib", String::as_str)
    }
}

/// Every module of the program, in the order of its declarations.
pub(crate) fn modules() -> &'static [Module] {
    static ALL: OnceLock<Vec<Module>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Vec::new();
        read(Path::new("src/lib.rs"), &[], &mut all);
        read(Path::new("src/main.rs"), &["main".to_owned()], &mut all);
        all
    })
}

fn read(file: &Path, path: &[String], all: &mut Vec<Module>) {
    let text = fs::read_to_string(file).expect("readable source");
    let parsed = syn::parse_file(&text).expect("Rust");
    let mut reader = Reader { children: children(&parsed.items), ..Reader::default() };
    reader.visit_file(&parsed);
    let Reader { named, imports, children, .. } = reader;
    let own = |segments: &Vec<String>| resolve(segments, path, &children, &imports, 0);
    let named = named.iter().map(own).collect();
    let imports = imports.iter().map(|(name, from)| (name.clone(), own(from))).collect();
    let doc = parsed.attrs.iter().filter_map(doc_line).collect::<Vec<_>>().join("\n");
    all.push(Module { path: path.to_vec(), file: file.to_owned(), named, imports, doc });
    for child in children {
        let path = [path, &[child]].concat();
        let stem = Path::new("src").join(path.join("/"));
        let file = [stem.with_extension("rs"), stem.join("mod.rs")];
        let file = file.iter().find(|file| file.exists()).expect("the file of a module");
        read(file, &path, all);
    }
}

/// Modules declared here that have a file and are not for tests.
fn children(items: &[syn::Item]) -> Vec<String> {
    let declared = items.iter().filter_map(|item| match item {
        syn::Item::Mod(m) if m.content.is_none() && !for_tests(&m.attrs) => Some(m),
        _ => None,
    });
    declared.map(|m| m.ident.to_string()).collect()
}

/// A path from `crate` on, or as it is where it is not of our own code.
fn resolve(
    segments: &[String],
    at: &[String],
    children: &[String],
    imports: &BTreeMap<String, Vec<String>>,
    depth: u8,
) -> Vec<String> {
    let Some((first, rest)) = segments.split_first() else { return Vec::new() };
    let below = |module: &[String]| [&["crate".to_owned()], module, rest].concat();
    match first.as_str() {
        "crate" | "$crate" => [&["crate".to_owned()], rest].concat(),
        "self" => resolve_up(&below(at)),
        "super" => resolve_up(&below(&[at, &["super".to_owned()]].concat())),
        name if children.iter().any(|child| child == name) => {
            below(&[at, &[name.to_owned()]].concat())
        }
        name => match imports.get(name) {
            Some(from) if depth < 4 && from.first() != Some(first) => {
                resolve(&[from, rest].concat(), at, children, imports, depth + 1)
            }
            _ => segments.to_vec(),
        },
    }
}

/// Takes `a::super` away wherever it stands.
fn resolve_up(path: &[String]) -> Vec<String> {
    let mut up: Vec<String> = Vec::new();
    for segment in path {
        match segment.as_str() {
            "super" if up.len() > 1 => drop(up.pop()),
            "self" => {}
            _ => up.push(segment.clone()),
        }
    }
    up
}

/// The module a path leads to: where the thing is defined, and not where it is only
/// passed on.
pub(crate) fn target<'m>(modules: &'m [Module], path: &[String], depth: u8) -> Option<&'m Module> {
    let (_, inside) = path.split_first().filter(|(first, _)| *first == "crate")?;
    let fits = |m: &&Module| inside.starts_with(&m.path);
    let module = modules.iter().filter(fits).max_by_key(|m| m.path.len())?;
    let passed_on = inside.get(module.path.len()).and_then(|name| module.imports.get(name));
    match passed_on {
        Some(from) if depth < 4 && from.first().is_some_and(|f| f == "crate") => {
            target(modules, from, depth + 1)
        }
        _ => Some(module),
    }
}

#[derive(Default)]
struct Reader {
    /// Modules written inside the file that we are in.
    inline: Vec<String>,
    children: Vec<String>,
    named: Vec<Vec<String>>,
    imports: BTreeMap<String, Vec<String>>,
}

impl Reader {
    /// A module inside the file is part of it: its `super` is the file.
    fn name(&mut self, mut path: Vec<String>) {
        for _ in 0..self.inline.len() {
            match path.first().map(String::as_str) {
                Some("super") => drop(path.remove(0)),
                _ => break,
            }
        }
        if !path.is_empty() {
            self.named.push(path);
        }
    }

    fn take(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.take(&path.tree, &with(&path.ident)),
            syn::UseTree::Name(name) if name.ident == "self" => {
                self.import(before.last().cloned().unwrap_or_default(), before.to_vec());
            }
            syn::UseTree::Name(name) => self.import(name.ident.to_string(), with(&name.ident)),
            syn::UseTree::Rename(name) => self.import(name.rename.to_string(), with(&name.ident)),
            syn::UseTree::Glob(_) => self.name(before.to_vec()),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.take(tree, before);
                }
            }
        }
    }

    fn import(&mut self, name: String, from: Vec<String>) {
        self.name(from.clone());
        if self.inline.is_empty() {
            self.imports.insert(name, from);
        }
    }

    /// `crate::a::b` and the like in tokens nobody parses.
    fn search(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.search(group.stream()),
                TokenTree::Ident(ident) => {
                    let mut path = vec![ident.to_string()];
                    while let Some(next) = after_colons(&tokens, at + 1) {
                        at += 3;
                        match next {
                            TokenTree::Ident(ident) => path.push(ident.to_string()),
                            // `crate::{a, b}`: each of them.
                            TokenTree::Group(group) => self.each(&path, &group.stream()),
                            _ => break,
                        }
                    }
                    if path.len() > 1 {
                        self.name(path);
                    }
                }
                TokenTree::Literal(literal) => {
                    // `serde(with = "crate::a")`.
                    let text = literal.to_string();
                    let inside = text.trim_matches('"');
                    if inside.starts_with("crate::") || inside.starts_with("super::") {
                        self.name(inside.split("::").map(str::to_owned).collect());
                    }
                }
                TokenTree::Punct(_) => {}
            }
            at += 1;
        }
    }

    fn each(&mut self, before: &[String], tokens: &TokenStream) {
        for token in tokens.clone() {
            if let TokenTree::Ident(ident) = token {
                self.name([before, &[ident.to_string()]].concat());
            }
        }
    }
}

/// What stands behind `::`.
fn after_colons(tokens: &[TokenTree], at: usize) -> Option<&TokenTree> {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    if is_colon(at) && is_colon(at + 1) { tokens.get(at + 2) } else { None }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_some() {
            self.inline.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.inline.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.take(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.name(path.segments.iter().map(|s| s.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.search(item.tokens.clone());
        visit::visit_macro(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.search(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(i) => &i.attrs,
        syn::Item::Enum(i) => &i.attrs,
        syn::Item::Fn(i) => &i.attrs,
        syn::Item::Impl(i) => &i.attrs,
        syn::Item::Macro(i) => &i.attrs,
        syn::Item::Mod(i) => &i.attrs,
        syn::Item::Static(i) => &i.attrs,
        syn::Item::Struct(i) => &i.attrs,
        syn::Item::Trait(i) => &i.attrs,
        syn::Item::Type(i) => &i.attrs,
        syn::Item::Use(i) => &i.attrs,
        _ => &[],
    }
}

/// `#[cfg(test)]`, also among other conditions that all have to hold.
fn for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let mut tokens = list.tokens.clone().into_iter();
            matches!(tokens.next(), Some(TokenTree::Ident(ident)) if ident == "test")
        }
        _ => false,
    })
}

fn doc_line(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else {
        return None;
    };
    let line = text.value();
    let line = line.strip_prefix(' ').unwrap_or(&line).trim_end();
    pair.path.is_ident("doc").then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, at: &[&str]) -> Vec<String> {
        let at: Vec<String> = at.iter().map(|&s| s.to_owned()).collect();
        let parsed = syn::parse_file(text).expect("Rust");
        let children = children(&parsed.items);
        let mut reader = Reader { children: children.clone(), ..Reader::default() };
        reader.visit_file(&parsed);
        let each = reader.named.iter();
        each.map(|path| resolve(path, &at, &children, &reader.imports, 0).join("::")).collect()
    }

    #[test]
    fn every_way_to_name_a_room_is_seen() {
        let at = &["app", "frame"];
        for text in [
            "use crate::view::Pen;",
            "use crate::{model, view::Pen};",
            "use super::super::view::Pen;",
            "use super::super::{model, view::{self, Pen}};",
            "fn f() { crate::view::Pen::new(); }",
            "fn f() -> super::super::view::Pen { todo!() }",
            "fn f() { println!(\"{}\", crate::view::Pen); }",
            "fn f() { m!(use super::super::view::{Pen}); }",
            "macro_rules! m { () => { $crate::view::Pen }; }",
            "#[serde(with = \"crate::view::Pen\")] struct S;",
            "mod inside { use super::super::super::view::Pen; }",
            "use crate::view; fn f() { view::Pen::new() }",
        ] {
            let all = named(text, at);
            assert!(all.iter().any(|path| path.starts_with("crate::view::Pen")), "{text}: {all:?}");
        }
    }

    #[test]
    fn what_is_for_tests_is_not_of_the_program() {
        let text = "#[cfg(test)] mod tests { use crate::view::Pen; } #[cfg(test)] use crate::b::C;";
        assert_eq!(named(text, &["app"]), Vec::<String>::new());
    }

    #[test]
    fn a_library_is_named_as_it_is_written() {
        let text = "use std::{fs, io::Read}; use chrono::{DateTime, Local}; fn f() { fs::read(); }";
        let all = named(text, &["app"]);
        for wanted in ["std::fs", "std::io::Read", "chrono::Local", "std::fs::read"] {
            assert!(all.iter().any(|path| path == wanted), "{wanted}: {all:?}");
        }
    }
}
