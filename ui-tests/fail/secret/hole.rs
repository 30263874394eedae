#![deny(deprecated)]

fn main() {
    let access_token = Some("s3cr3t");
    rlog::info!("renewed {access_token:?}");
}
