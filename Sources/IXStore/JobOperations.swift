/// All operations of a store on jobs, for a transaction that needs several roles. A caller with a single role takes the
/// role's protocol (`RoleStore`).
///
/// `JobStore.perform` runs each operation in a transaction of its own; `JobStore.transaction` runs all operations of
/// its body in one.
///
/// Guarantees: inside `JobStore.transaction`, a failed statement rolls the whole transaction back, even when the body
/// catches the error.
/// Concurrency: synchronous. Operations run where blocking is allowed (the connection's own queue), so a caller can put
/// writes of its own between two operations.
/// Failure: throws `StoreError`, at the latest when the deadline of the call has passed.
package protocol JobOperations: JobEnqueueing, JobReading, JobExecution, JobUpkeep, CallbackOutbox, JobControl,
    JobTransfer, AccessRecords, BulkRecords, HistoryRecords, QueueControl, ScheduleControl
{}
