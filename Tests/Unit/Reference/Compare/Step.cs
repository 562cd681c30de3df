namespace VRouter.Tests.Unit.Reference;

/// <summary>Something that happens to a vRouter.</summary>
internal abstract record Step;
