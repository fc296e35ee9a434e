activity-title = النشاط
activity-text = ما حدث في حسابك. «من» و«إلى» أيام بتوقيت UTC.
activity-list = نشاطك
activity-empty = لم يحدث شيء بعد.
activity-none = لم يحدث شيء من هذا النوع في تلك المدة.
activity-filter = عرض
activity-topic-label = النوع
activity-topic-any = الكل
activity-topic-sign-in = تسجيلات الدخول
activity-topic-sessions = الجلسات
activity-topic-security = الأمان
activity-topic-address = عنوان البريد الإلكتروني
activity-topic-apps = التطبيقات
activity-topic-account = الحساب
activity-since-label = من
activity-until-label = إلى
activity-apply = عرض
activity-export = تنزيل بصيغة
activity-csv = CSV
activity-json = JSON
activity-from = { $device } · { $address }
activity-nowhere = بلا جهاز
event-signed-in = تسجيل دخول
event-failed = فشل تسجيل دخول
event-failed-password = فشل تسجيل دخول: كلمة مرور خاطئة
event-failed-second-factor = فشل تسجيل دخول: عامل ثانٍ خاطئ
event-failed-expired = فشل تسجيل دخول: كانت كلمة المرور قديمة جدًا
event-failed-closed = فشل تسجيل دخول: تعذّر استخدام الحساب
event-too-many = فشلت تسجيلات دخول كثيرة جدًا
event-session-ended = تسجيل خروج
event-session-reported = أُبلغ عن جلسة بأنها ليست لك
event-password-reset = أُعيد تعيين كلمة المرور عبر البريد
event-password-changed = تغيّرت كلمة المرور
event-password-removed = أُزيلت كلمة المرور
event-authenticator-added = أُضيف تطبيق المصادقة
event-authenticator-replaced = استُبدل تطبيق المصادقة
event-authenticator-removed = أُزيل تطبيق المصادقة
event-recovery-made = أُنشئت رموز استرداد جديدة
event-recovery-used = استُخدم رمز استرداد
event-device-trusted = أصبح متصفح موثوقًا به
event-devices-forgotten = نُسيت المتصفحات الموثوق بها
event-passkey-added = أُضيف مفتاح مرور
event-passkey-renamed = أُعيدت تسمية مفتاح مرور
event-passkey-removed = أُزيل مفتاح مرور
event-passkey-copied = ربما نُسخ مفتاح مرور
event-email-verified = تم تأكيد عنوان البريد الإلكتروني
event-email-changed = تغيّر عنوان البريد الإلكتروني
event-email-restored = استُعيد عنوان البريد الإلكتروني
event-consent-granted = سُمح لتطبيق: { $app }
event-consent-denied = رُفض تطبيق: { $app }
event-consent-narrowed = قُلّص ما يُسمح به لتطبيق: { $app }
event-consent-revoked = أُزيل تطبيق: { $app }
event-app-used = تسجيل دخول إلى تطبيق: { $app }
event-provider-token = حصل { $app } على حق الوصول إلى حسابك لدى { $provider }
event-registered = أُنشئ الحساب
event-updated = تغيّر الملف الشخصي
event-disabled = عطّل مشغّل الخدمة الحساب
event-enabled = فعّل مشغّل الخدمة الحساب
event-leaving = طُلب حذف الحساب
event-restored = استُعيد الحساب
event-exported = نُزّلت البيانات
event-terms = تمت الموافقة على شروط الاستخدام
event-other = شيء آخر
sessions-apps = التطبيقات: { $apps }
sessions-report = لست أنا
sessions-report-of = ({ $device })
sessions-reported = أُنهيت تلك الجلسة وأُبلغ عنها. عيّن كلمة مرور جديدة الآن: ربما يعرف ذلك الشخص كلمتك الحالية.
sessions-empty = لم تسجّل الدخول في أي مكان آخر.
apps-keep-title = تطبيقات تحتفظ بالوصول
apps-keep-text = تستخدم حسابك أثناء غيابك إلى أن تزيلها.
apps-sign-in-title = تطبيقات سجّلت الدخول إليها
apps-sign-in-text = تعرف من أنت. ولا تستخدم حسابك إلا وأنت مسجّل الدخول.
apps-remove-all = إزالة جميع التطبيقات
apps-all-removed = لم يعد بإمكان أي تطبيق استخدام حسابك.
apps-narrow = تغيير ما يمكنه فعله
apps-narrow-text = ألغِ تحديد ما لا ينبغي لهذا التطبيق رؤيته أو فعله بعد الآن. قد يحتاج إلى تسجيل دخولك مجددًا.
apps-narrow-save = حفظ
apps-narrowed = أصبح بإمكان التطبيق فعل أشياء أقل.
apps-publisher = ينشره { $host }
apps-publisher-itself = سجّل نفسه؛ لم يراجعه أحد
safe-passkey = مفتاح المرور
safe-passkey-none = لا يوجد بعد. مفتاح المرور هو أكثر طرق تسجيل الدخول أمانًا.
safe-passkey-some = { $count ->
    [zero] لا مفتاح مرور ({ $count })
    [one] مفتاح مرور واحد
    [two] مفتاحا مرور
    [few] { $count } مفاتيح مرور
    [many] { $count } مفتاح مرور
   *[other] { $count } مفتاح مرور
  }
safe-factor = الخطوة الثانية
safe-factor-text = يطلب تطبيق المصادقة رمزًا إلى جانب كلمة المرور.
safe-codes = رموز الاسترداد
safe-codes-left = { $count ->
    [zero] لم يبقَ أي رمز ({ $count })
    [one] بقي رمز واحد
    [two] بقي رمزان
    [few] بقيت { $count } رموز
    [many] بقي { $count } رمزًا
   *[other] بقي { $count } رمز
  }
safe-password = كلمة المرور
safe-password-set = عُيّنت في { $day }
safe-password-none = لا توجد. تسجّل الدخول بدونها.
safe-set-up = إعداد
safe-ready = جاهز
safe-missing = ناقص
safe-few = بقي القليل
event-identity-linked = أُضيف تسجيل الدخول عبر حساب آخر
event-identity-unlinked = أُزيل تسجيل الدخول عبر حساب آخر
event-identity-mapped = تغيّر ما يذكره حساب آخر عنك
event-provider-signed-out = سجّل مزوّد آخر خروجك
