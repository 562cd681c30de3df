namespace VRouter.ControlSdk.Server;

/// <summary>Where in the journal's ring an event lies, of which kind it is, and of how many events it speaks: one that says so many are lost, of these.</summary>
internal readonly record struct JournalEntry(int Start, int Length, EventScope Scope, long Weight);
