//! Makes the compiled browser half fit for browsers, with the arguments that wasm-bindgen's own program takes.

use std::{env, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments == ["--version"] {
        println!("wasm-bindgen {}", wasm_bindgen_shared::version());
        return ExitCode::SUCCESS;
    }
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    let (Some(input), Some(out_dir), Some(out_name)) =
        (arguments.first(), option("--out-dir"), option("--out-name"))
    else {
        eprintln!("usage: bindgen FILE.wasm --target web --no-typescript --out-name NAME --out-dir FOLDER");
        return ExitCode::FAILURE;
    };
    match generate(input, out_name, out_dir) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("bindgen: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn generate(input: &str, out_name: &str, out_dir: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).web(true)?.typescript(false).out_name(out_name);
    bindgen.generate(out_dir).map_err(|problem| format!("{problem:?}"))?;
    Ok(())
}
