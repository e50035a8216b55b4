import IXConcurrency
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct LoopLifeTests {
    @Test func `a run lasts as long as its body, which a stop reaches`() async {
        let life = LoopLife()
        let begun = Latch()
        let run = Task {
            await life.run {
                begun.open()
                await life.stopping.wait()
                #expect(life.isStopped && !life.ended.isOpen)
            }
        }
        await begun.wait()
        #expect(!life.isStopped && !life.ended.isOpen)
        life.stop()
        await run.value
        #expect(life.ended.isOpen)
    }

    @Test func `only the first run counts`() async {
        let (life, runs) = (LoopLife(), Locked(0))
        for _ in 0..<3 { await life.run { runs.value += 1 } }
        #expect(runs.value == 1)
    }

    @Test func `a run while another run lasts returns at once`() async {
        let life = LoopLife()
        await life.run {
            await life.run { Issue.record("a second run") }
            #expect(!life.ended.isOpen)
        }
    }

    @Test func `a loop that was stopped first has ended and never runs`() async {
        let life = LoopLife()
        life.stop()
        #expect(life.ended.isOpen)
        await life.run { Issue.record("nothing runs after the stop") }
    }

    @Test func `a stop after the end does nothing`() async {
        let life = LoopLife()
        await life.run {}
        life.stop()
        #expect(life.ended.isOpen && life.isStopped)
    }

    @Test func `of a run and stops that race either the loop runs and is stopped, or it never runs`() async {
        for _ in 0..<300 {
            let (life, isOver) = (LoopLife(), Locked(true))
            async let run: Void = life.run {
                isOver.value = false
                while !life.isStopped { await Task.yield() }
                isOver.value = true
            }
            async let stop: Void = {
                life.stop()
                await life.ended.wait()
                #expect(isOver.value)
            }()
            _ = await (run, stop)
        }
    }
}
