//! `ledger witness`: follows another bank's sealed book, remembers where it stood, and signs what goes on from there. It shouts where it
//! does not. It needs nothing of the bank but its public address, and runs on any machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use ed25519_dalek::SigningKey;
use serde::Deserialize;

use super::cli::say;
use crate::kernel::{Chance, Clock, Digest};
use crate::ledger::seal::note::{self, Checkpoint, Verifier};
use crate::ledger::seal::{is_endorsed, merkle, write_durably};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whose book is followed, and as whom.
#[derive(Args, Clone, Debug)]
pub(super) struct Witness {
    /// The bank's address, for instance https://xuefen.example.cn
    url: String,
    /// The name to sign by, for instance library.example.cn
    #[arg(long)]
    name: String,
    /// Where key and memory of this witness lie.
    #[arg(long, default_value = "witness")]
    folder: PathBuf,
    /// The bank's key as it was published; without it, the first key seen is kept.
    #[arg(long)]
    key: Option<String>,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    verifier: String,
    from_size: u64,
    endorsed: Option<String>,
}

#[derive(Deserialize)]
struct Proof {
    proof: Vec<String>,
}

/// Looks once: what the bank shows is checked against what was seen last, signed, and remembered.
pub(super) fn look(witness: &Witness) -> Result<(), String> {
    fs::create_dir_all(&witness.folder).map_err(|error| format!("{}：{error}", witness.folder.display()))?;
    let own = own_key(&witness.folder.join("witness.key"))?;
    let url = witness.url.trim_end_matches('/');
    let trusted = trusted_keys(witness, url)?;
    let text = get(&format!("{url}/ledger/checkpoint"))?;
    let seen = note::open(&text, &trusted).map_err(|error| format!("封存点的签名不对：{error}"))?.checkpoint;
    let memory = witness.folder.join("last.txt");
    let last = read(&memory)?;
    if let Some(last) = &last {
        let before = note::open(last, &trusted).map_err(|error| format!("{} 坏了：{error}", memory.display()))?.checkpoint;
        hold(url, &before, &seen).map_err(|why| shout(&witness.folder, (last, &text), &why))?;
        if before.size > seen.size {
            say(&format!("这个网站给的封存点比上次的旧（{} < {}），先不签", seen.size, before.size));
            return Ok(());
        }
    }
    let seconds = u64::try_from(Clock::system().now().ms() / 1000).map_err(|error| error.to_string())?;
    let line = note::cosign(&text, &witness.name, &own, seconds).map_err(|error| error.to_string())?;
    write_durably(&memory, text.as_bytes()).map_err(|error| error.to_string())?;
    say(&format!("看过了：{} 笔，和上次接得上", seen.size));
    give(url, &format!("{text}{line}"), &Verifier::of_witness(&witness.name, &own))
}

/// The witness's own key, made where there is none.
fn own_key(path: &Path) -> Result<SigningKey, String> {
    if let Some(text) = read(path)? {
        let bytes = hex::decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        return bytes.map(|bytes| SigningKey::from_bytes(&bytes)).ok_or_else(|| format!("{} 不是密钥", path.display()));
    }
    let key: [u8; 32] = Chance::secret();
    write_durably(path, hex::encode(key).as_bytes()).map_err(|error| error.to_string())?;
    Ok(SigningKey::from_bytes(&key))
}

/// The bank's keys, each the next of one that is trusted: those kept from before, else the one given, else the first that is shown.
fn trusted_keys(witness: &Witness, url: &str) -> Result<Vec<Verifier>, String> {
    let shown: Keys = serde_json::from_str(&get(&format!("{url}/api/v1/ledger/keys"))?).map_err(|error| error.to_string())?;
    let path = witness.folder.join("log-keys.txt");
    let first = match (read(&path)?, &witness.key) {
        (Some(kept), _) => kept,
        (None, Some(key)) => key.clone(),
        (None, None) => shown.keys.first().map(|key| key.verifier.clone()).ok_or("这个网站还没有封存的密钥")?,
    };
    let parse = |text: &str| Verifier::parse(text.trim()).map_err(|error| format!("密钥读不懂：{error}"));
    let mut trusted = first.lines().map(parse).collect::<Result<Vec<_>, _>>()?;
    let is_shown = |known: &Verifier| shown.keys.iter().any(|key| key.verifier == known.to_text());
    if !trusted.iter().all(is_shown) {
        return Err("这个网站的密钥里少了原来有过的：先问清楚，再决定信不信".to_owned());
    }
    let newest = trusted.last().map(Verifier::to_text);
    for key in shown.keys.iter().skip_while(|key| Some(&key.verifier) != newest.as_ref()).skip(1) {
        let next = parse(&key.verifier)?;
        let is_next = trusted.last().is_some_and(|before| {
            key.endorsed.as_deref().is_some_and(|note| is_endorsed(before.name(), before, (&next, key.from_size), note))
        });
        if !is_next {
            return Err("新密钥没有前一把的签名：先问清楚，再决定信不信".to_owned());
        }
        trusted.push(next);
    }
    let lines: String = trusted.iter().map(|key| key.to_text() + "\n").collect();
    write_durably(&path, lines.as_bytes()).map_err(|error| error.to_string())?;
    Ok(trusted)
}

/// Whether one of two checkpoints goes on from the other.
fn hold(url: &str, before: &Checkpoint, seen: &Checkpoint) -> Result<(), String> {
    let (old, new) = if before.size <= seen.size { (before, seen) } else { (seen, before) };
    if old.origin != new.origin {
        return Err("换了一本账".to_owned());
    }
    if old.size == 0 {
        return Ok(());
    }
    let proof = if old.size == new.size {
        Vec::new()
    } else {
        let text = get(&format!("{url}/api/v1/ledger/consistency?from={}&to={}", old.size, new.size))?;
        let proof: Proof = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let hash = |text: &String| hex::decode(text).ok().and_then(|bytes| Digest::from_slice(&bytes));
        proof.proof.iter().map(hash).collect::<Option<Vec<_>>>().ok_or("证明读不懂")?
    };
    let continues = merkle::continues(old.size, &old.root, new.size, &new.root, &proof);
    if continues { Ok(()) } else { Err(format!("前 {} 笔和上次看到的不一样", old.size)) }
}

/// Keeps both signed checkpoints: together they prove that the bank showed two books.
fn shout(folder: &Path, (last, seen): (&str, &str), why: &str) -> String {
    let evidence = folder.join("fork.txt");
    let kept = write_durably(&evidence, format!("{last}\n{seen}").as_bytes());
    let where_kept = kept.map_or_else(|error| error.to_string(), |()| format!("两份签名都存在 {}", evidence.display()));
    format!("账本接不上！{why}。{where_kept}。请马上告诉主管部门和别的见证人")
}

/// Hands the line to the bank. Where it does not know this witness, says how it can.
fn give(url: &str, text: &str, own: &Verifier) -> Result<(), String> {
    let answer = agent().post(format!("{url}/api/v1/ledger/witness")).content_type("text/plain").send(text);
    match answer {
        Ok(_) => {
            say("签名交给银行了");
            Ok(())
        }
        Err(ureq::Error::StatusCode(403)) => {
            Err(format!("银行还不认识这个见证人。请银行把这一行写进配置 witnesses：{}", own.to_text()))
        }
        Err(error) => Err(format!("签名没交上：{error}")),
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into()
}

/// What stands at an address.
pub(super) fn get(url: &str) -> Result<String, String> {
    let answer = agent().get(url).call().map_err(|error| format!("{url} 没有答应：{error}"))?;
    answer.into_body().read_to_string().map_err(|error| format!("{url} 读不懂：{error}"))
}

fn read(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}：{error}", path.display())),
    }
}
