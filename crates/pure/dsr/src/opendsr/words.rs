//! The words that OpenDSR enumerates.

use crate::words::words;

words! {
    /// Under which law the person asks.
    Regulation {
        /// The GDPR.
        Gdpr = "gdpr",
        /// The CCPA.
        Ccpa = "ccpa",
    }
}

words! {
    /// What the person asks for.
    RequestType {
        /// All about them is erased.
        Erasure = "erasure",
        /// They are given what they provided.
        Portability = "portability",
        /// They are given all that is held.
        Access = "access",
    }
}

words! {
    /// How far a request has come.
    Status {
        /// It was received.
        Pending = "pending",
        /// It is being carried out.
        InProgress = "in_progress",
        /// It was carried out.
        Completed = "completed",
        /// It was taken back, or refused: the specification has no word for that.
        Cancelled = "cancelled",
    }
}

words! {
    /// By what a person is named.
    IdentityType {
        /// The controller's own number.
        ControllerCustomerId = "controller_customer_id",
        /// An address of electronic mail.
        Email = "email",
        /// Advertising and device identifiers, by maker.
        AndroidAdvertisingId = "android_advertising_id",
        /// Android's device identifier.
        AndroidId = "android_id",
        /// Amazon Fire's.
        FireAdvertisingId = "fire_advertising_id",
        /// Apple's for advertising.
        IosAdvertisingId = "ios_advertising_id",
        /// Apple's for one vendor.
        IosVendorId = "ios_vendor_id",
        /// Microsoft's for advertising.
        MicrosoftAdvertisingId = "microsoft_advertising_id",
        /// Microsoft's for one publisher.
        MicrosoftPublisherId = "microsoft_publisher_id",
        /// Roku's for one publisher.
        RokuPublisherId = "roku_publisher_id",
        /// Roku's for advertising.
        RokuAdvertisingId = "roku_advertising_id",
    }
}

words! {
    /// How the value of an identity is written.
    IdentityFormat {
        /// As it is.
        Raw = "raw",
        /// Its SHA-1, in hexadecimal.
        Sha1 = "sha1",
        /// Its MD5, in hexadecimal.
        Md5 = "md5",
        /// Its SHA-256, in hexadecimal.
        Sha256 = "sha256",
    }
}
