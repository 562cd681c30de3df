namespace VRouter.ControlSdk.Server;

/// <summary>Where in the journal's ring an event lies, and of which kind it is.</summary>
internal readonly record struct JournalEntry(int Start, int Length, EventScope Scope);
