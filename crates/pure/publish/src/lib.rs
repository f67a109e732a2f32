//! What the manifest says, for readers: the policy page, the records of processing, the DPV export.
