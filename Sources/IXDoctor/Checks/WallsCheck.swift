/// `WallsCheck` reports the isolation of the pipelines' programs from the daemon.
struct WallsCheck: Check {
    let requires = Prerequisite.nothing

    func findings(_ context: DoctorContext) async -> [Finding] {
        let walls = context.walls(context.configuration)
        let faults = walls.faults.map {
            Finding.warning("walls", $0, "see docs/pipelines.md, What a program can't do")
        }
        guard faults.isEmpty else { return faults }
        return [.ok("walls", "programs can't reach the daemon, nor see \(walls.hidden.joined(separator: ", "))")]
    }
}
