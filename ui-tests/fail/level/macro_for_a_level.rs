use rlog::info;

fn main() {
    rlog::log!(info, "not the name of a level");
    info!("the name of a macro");
}
