//! The server binary: everything it can do is told by `laurel --help`.

fn main() -> std::process::ExitCode {
    laurel::server::cli::run()
}
